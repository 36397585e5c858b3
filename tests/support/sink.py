"""A mail server in a process of its own, whose mood a file decides: `python -m tests.support.sink PORT FOLDER`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_SECONDS = 30


class Moody:
    """Takes mail, refuses it or says nothing, as the file `mood` says: ok, 451, 554 or hang; then there is `held`."""

    def __init__(self, folder: Path) -> None:
        self.mood, self.taken = folder / "mood", folder / "taken"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        mood = self.mood.read_text() if self.mood.exists() else "ok"
        if mood == "hang":
            (self.mood.parent / "held").touch()
            await asyncio.sleep(HANG_SECONDS)
        if mood != "ok":
            return f"{mood if mood.isdigit() else 451} not today"
        letter = cast(EmailMessage, message_from_bytes(cast(bytes, envelope.content), policy=default))
        body = letter.get_body(("plain",))
        said = {"id": letter["Message-ID"], "to": envelope.rcpt_tos[0], "subject": letter["Subject"], "at": time.time()}
        with self.taken.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said | {"text": body.get_content() if body else ""}, ensure_ascii=False) + "\n")
        return "250 OK"


def letters(folder: Path) -> list[dict[str, Any]]:
    """What the server in this folder has taken so far."""
    taken = folder / "taken"
    return [json.loads(line) for line in taken.read_text("utf-8").splitlines()] if taken.exists() else []


if __name__ == "__main__":
    controller = Controller(Moody(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    asyncio.new_event_loop().run_forever()
