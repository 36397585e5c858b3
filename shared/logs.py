"""What logs may say: the day and what went wrong; no address, no browser, no hour, nothing of a request (1.5)."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn publishes no types

DAY = "%Y-%m-%d"
TALKATIVE = ("PIL", "sqlalchemy", "rq", "pikepdf", "urllib3")
"""At DEBUG these write out what they read: the place in a photo's metadata, the rows of an answer."""
LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def begin(level: str) -> None:
    """Sets up the log of the application, the worker and the scheduler."""
    logging.basicConfig(level=level, format=LINE, datefmt=DAY)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class Quiet(Logger):  # type: ignore[misc]  # likewise
    """The web server's log: no line for a request, and of a bad one only that there was one."""

    datefmt = f"[{DAY}]"

    def access(self, *_given: Any) -> None:
        """Requests leave no line."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A request that can't be read is told without its address and its words."""
        if str(msg).startswith("Invalid request"):
            super().warning("invalid_request")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A request that fails is told without its address line; the traceback names places in the code alone."""
        super().exception("request_failed" if "request" in str(msg) else msg, *(() if "request" in str(msg) else args))
