"""The keyed chain of a case's events, and what a checkpoint states about all of them (promises 1.9).

Each event carries a MAC over its own facts and over the MAC of the event before it. Whoever changes, moves, inserts or
removes one without the key breaks the chain there; what is cut off at the end, or a whole case, is missed by the next
checkpoint, which counts all events and stands under their tree's root.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain import merkle

VERSION = 1


@dataclass(frozen=True, slots=True)
class Link:
    """What an event's MAC covers."""

    institution_id: int
    case_id: int
    receipt_no: str
    seq: int
    at: dt.datetime
    kind: str
    actor_id: int | None
    actor_role: str
    slip_id: int | None
    from_state: str
    to_state: str
    facts: Mapping[str, Any]

    def mac(self, key: bytes, previous: str) -> str:
        """The MAC in hex; the first event of a case hangs on institution, case and receipt number."""
        said = [
            VERSION,
            previous or f"first|{self.institution_id}|{self.case_id}|{self.receipt_no}",
            self.institution_id,
            self.case_id,
            self.seq,
            self.at.astimezone(dt.UTC).isoformat(),
            self.kind,
            self.actor_id,
            self.actor_role,
            self.slip_id,
            self.from_state,
            self.to_state,
            self.facts,
        ]
        return hmac.digest(key, _plain(said), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Body:
    """What a checkpoint states: which events there are, how many in all, which roots were published, what came before.

    `totals` are events and cases per institution since the beginning; `days` are (institution, day, root) of the roots
    published since, `last_day` is the number of the last one.
    """

    number: int
    at: dt.datetime
    first_event: int
    last_event: int
    count: int
    root: str
    totals: Mapping[str, list[int]] = field(default_factory=dict)
    days: tuple[tuple[int, str, str], ...] = ()
    last_day: int = 0
    previous: str = ""

    def as_text(self) -> str:
        """One line, always the same for the same facts: this is what is signed."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts |= {"at": self.at.astimezone(dt.UTC).isoformat(), "days": [list(day) for day in self.days]}
        return _plain(facts).decode()


def read_body(text: str) -> Body:
    """The statement in a checkpoint's text; raises ValueError for anything else."""
    try:
        facts = json.loads(text)
        facts["at"] = dt.datetime.fromisoformat(facts["at"])
        facts["days"] = tuple((int(a), str(b), str(c)) for a, b, c in facts["days"])
        return Body(**facts)
    except (KeyError, TypeError) as error:
        raise ValueError("no checkpoint") from error


def digest(text: str) -> str:
    """What the next checkpoint names as the one before it."""
    return hashlib.sha256(text.encode()).hexdigest()


def leaf(event_id: int, mac: str) -> bytes:
    """An event's leaf in a checkpoint's tree."""
    return merkle.leaf(f"{event_id}|{mac}".encode())


_plainly = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(said: Any) -> bytes:
    return _plainly.encode(said).encode()
