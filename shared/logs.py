"""What logs may say: the day, a code, a few listed facts; no address, no browser, no hour, nothing of a request (1.5).

One line of JSON each. Of our own lines the code and the listed fields are told; of other programs' lines the words
that stand in their code, never what was filled in; of a fault its kind and the places in the code, never its message,
for a driver's message may hold what somebody typed (ASVS 16.2.5).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn publishes no types

DAY = "%Y-%m-%d"
TALKATIVE = ("PIL", "sqlalchemy", "rq", "pikepdf", "urllib3")
"""At DEBUG these write out what they read: the place in a photo's metadata, the rows of an answer."""
FIELDS = frozenset({"id", "fault", "kind", "errno", "reference", "job", "step", "state", "n", "seconds"})
"""The facts a line of ours may tell: codes and numbers of our own making. A test holds every line to it."""
OURS = ("huiyin", "shared", "portal", "backoffice", "wsgi")
MOST_PLACES = 12
_FILLED = re.compile(r"(\w+)=%[sd]")
_CODE = re.compile(r"[a-z][a-z0-9_]*")


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; nothing that is not listed can get into it."""
        line: dict[str, Any] = {"day": self.formatTime(record, DAY), "level": record.levelname, "from": record.name}
        line |= _ours(record) if record.name.partition(".")[0] in OURS else {"event": _template(record)}
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"fault": record.exc_info[0].__name__, "at": _places(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def _ours(record: logging.LogRecord) -> dict[str, Any]:
    """Code and listed facts of `code name=%s name=%s`."""
    words = str(record.msg).split()
    given = record.args if isinstance(record.args, tuple) else ()
    facts = dict(zip(_FILLED.findall(str(record.msg)), given, strict=False))
    code = words[0] if words and _CODE.fullmatch(words[0]) else "unnamed"
    return {"event": code, **{name: _plain(value) for name, value in facts.items() if name in FIELDS}}


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, int | float) else str(value)[:60]


def _template(record: logging.LogRecord) -> str:
    """The words as they stand in the other program's code; where they were put together before, nothing."""
    known = record.name.partition(".")[0] in {"alembic", "gunicorn"}
    return str(record.msg) if record.args or known else "withheld"


def _places(trace: TracebackType | None) -> list[str]:
    """Where in the code it happened, the innermost last."""
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{frame.filename.rpartition('/')[2]}#{frame.lineno} {frame.name}" for frame in frames]


def begin(level: str) -> None:
    """Sets up the log of the application, the worker and the scheduler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class Quiet(Logger):  # type: ignore[misc]  # likewise
    """The web server's log: no line for a request, and of a bad one only that there was one."""

    def _set_handler(self, log: logging.Logger, output: str | None, _fmt: object, stream: Any = None) -> None:
        super()._set_handler(log, output, Lines(), stream)

    def access(self, *_given: Any) -> None:
        """Requests leave no line."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A request that can't be read is told without its address and its words."""
        if str(msg).startswith("Invalid request"):
            super().warning("invalid_request")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A request that fails is told without its address line; the places in the code alone."""
        super().exception("request_failed" if "request" in str(msg) else msg, *(() if "request" in str(msg) else args))
