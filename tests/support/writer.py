"""A program that files complaints and says each receipt when it is safe; a test kills it whenever it likes.

Each line on its input begins a new process that files until it is killed: `pid N`, then a receipt number a line.
"""

from __future__ import annotations

import os
import sys

from sqlalchemy import text

from shared.config import from_environment
from shared.db import db
from shared.services import intake
from shared.services.intake import Complaint
from tests.support.world import MONDAY, STORY
from wsgi import create_app


def main() -> None:
    """Reads lines until the end."""
    app = create_app(from_environment())
    with app.app_context():
        place = int(db.session.execute(text("select min(id) from institution")).scalar_one())
        db.session.remove()
        db.engine.dispose()
        for _ in sys.stdin:
            if child := os.fork():
                os.waitpid(child, 0)
                say("over")
                continue
            say(f"pid {os.getpid()}")
            complaint = Complaint(mode="anonymous", story=STORY, respondent="财政所")
            while True:
                say(intake.file(app.extensions["huiyin"].keys, place, complaint, MONDAY).receipt_no)


def say(line: str) -> None:
    """Out at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
