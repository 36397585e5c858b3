"""The line in front of tracking: whoever comes in a crowd keeps both numbers, and the page tries again by itself.

The numbers wait sealed in this browser's own cookie, for a few minutes; nothing of them stands in an address.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from typing import NamedTuple

from flask import Response, session

from shared import crypto
from shared.crypto import Unreadable
from shared.web.page import page
from shared.web.state import keys

KEPT = dt.timedelta(minutes=15)
PLACE = "visit|waiting|"
MOST_JITTER = 4
"""A crowd that was sent away together must not come back together."""


class Typed(NamedTuple):
    """What was typed, and whether a draft may go for it."""

    receipt_no: str
    code: str
    drop: bool


def wait(typed: Typed, now: dt.datetime, seconds: int) -> Response:
    """The page of the line (503); the browser asks again by a header, without a script."""
    sealed = crypto.seal(keys(), "content", PLACE, json.dumps([*typed, now.timestamp()]).encode())
    session["waiting"] = base64.b64encode(sealed).decode()
    again = seconds + secrets.randbelow(MOST_JITTER)
    response = page("portal/track_wait.html", status=503, seconds=again, quick_exit=True)
    response.headers["Retry-After"] = str(again)
    response.headers["Refresh"] = f"{again}; url=/track/again"
    return response


def typed_before(now: dt.datetime) -> Typed | None:
    """What waits in this browser; None where nothing does, or for too long."""
    try:
        opened = crypto.unseal(keys(), "content", PLACE, base64.b64decode(session.get("waiting", "")))
        receipt_no, code, drop, at = json.loads(opened)
    except (Unreadable, ValueError):
        return None
    return Typed(receipt_no, code, drop) if now.timestamp() - at < KEPT.total_seconds() else None


def forget() -> None:
    """Nothing waits any more."""
    session.pop("waiting", None)
