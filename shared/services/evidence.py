"""Evidence that nothing vanishes: each event's MAC, each complaint's code, the published roots of ended days."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from shared import keyring
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import evidence, merkle
from shared.domain.calendar import ONE_DAY
from shared.domain.chain import Link
from shared.models.case import Case
from shared.models.event import Event
from shared.models.evidence import EvidenceDay, EvidenceLeaf
from shared.models.institution import Institution

BATCH = 500
PATIENCE = 50
"""How often, a tenth of a second apart, the job looks whether older transactions have ended."""


@dataclass(frozen=True, slots=True)
class Made:
    """A complaint's code, its salt, and what the first event keeps of them: code and day, not the salt."""

    code: str
    salt: str
    day: dt.date

    @property
    def facts(self) -> dict[str, str]:
        """What stands in the event, under its MAC."""
        return {"leaf": self.code, "filed": self.day.isoformat()}


def link(event: Event, institution_id: int, receipt_no: str) -> Link:
    """What the event's MAC covers."""
    return Link(
        institution_id,
        event.case_id,
        receipt_no,
        event.seq,
        event.at,
        event.kind,
        event.actor_id,
        event.actor_role,
        event.slip_id,
        event.from_state,
        event.to_state,
        event.facts,
    )


def chain(case: Case, event: Event, previous: str, keys: Keys | None = None) -> None:
    """Hangs the event on the one before it; the case's row is locked, so that the chain can't fork."""
    key_id, key = (keys or keyring.keys()).current("events")
    event.mac = f"{key_id}:{link(event, case.institution_id, case.receipt_no).mac(key, previous)}"


def content_of(case: Case) -> bytes:
    """The fingerprint of what the complainant wrote."""
    return evidence.content_hash(case.respondent, case.story, case.wish)


def code_for(keys: Keys, case: Case, day: dt.date) -> Made:
    """The code of a complaint taken in on this day."""
    salt = evidence.salt_of(keys.current("events")[1], case.id, case.receipt_no)
    return Made(evidence.code_of(salt, case.receipt_no, day, content_of(case)), evidence.letters(salt), day)


def salt_again(keys: Keys, case: Case, first: Event) -> bytes:
    """The salt that stood on the receipt; empty where the key it was made with is no longer kept."""
    key = keys.older("events", first.mac.partition(":")[0])
    return evidence.salt_of(key, case.id, case.receipt_no) if key else b""


def code_again(keys: Keys, case: Case, first: Event) -> str:
    """The code that the complaint as it stands now would have; '' where that can't be told."""
    salt, filed = salt_again(keys, case, first), first.facts.get("filed")
    if not (salt and filed):
        return ""
    return evidence.code_of(salt, case.receipt_no, dt.date.fromisoformat(filed), content_of(case))


def adopt(keys: Keys) -> int:
    """Chains events that came in before there were chains; returns how many. They are vouched for from now on only."""
    taken = 0
    while True:
        with work() as session:
            open_cases = select(Event.case_id).where(Event.mac == "").distinct().limit(BATCH)
            found = list(session.scalars(select(Case).where(Case.id.in_(list(session.scalars(open_cases))))))
            if not found:
                return taken
            taken += sum(_adopt(session, keys, case) for case in found)


def _adopt(session: Session, keys: Keys, case: Case) -> int:
    events = list(session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)))
    previous, new = "", 0
    for event in events:
        if not event.mac:
            chain(case, event, previous, keys)
            new += 1
        previous = event.mac
    return new


def settled() -> int:
    """The newest event before which no other can still appear: whoever drew a lower number has committed; 0 if unsure.

    SQLite has one writer at a time. On PostgreSQL a lower number may be committed later, so this waits for the
    transactions that were at work when the newest was read; each of them held a lock before it drew its number.
    """
    with reading() as session:
        newest = session.scalar(select(func.max(Event.id))) or 0
        if session.get_bind().dialect.name == "sqlite":
            session.rollback()
            return newest
        horizon = session.scalar(text("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")) or 0
        for _ in range(PATIENCE):
            oldest = session.scalar(text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0
            if oldest >= horizon:
                session.rollback()
                return newest
            time.sleep(0.1)
        session.rollback()
        return 0


def publish_days(session: Session, now: dt.datetime, upto: int) -> int:
    """Publishes the root of each ended day of each institution; returns how many. A day without complaints has one too.

    The caller has made sure that nobody else does it at the same time.
    """
    return sum(_publish(session, place, now, upto) for place in session.scalars(select(Institution)).all())


def _publish(session: Session, place: Institution, now: dt.datetime, upto: int) -> int:
    own = EvidenceDay.institution_id == place.id
    last = session.scalar(select(EvidenceDay).where(own).order_by(EvidenceDay.day.desc()).limit(1))
    ended = now.astimezone(ZoneInfo(place.time_zone)).date() - ONE_DAY
    if last is not None and last.day >= ended:
        return 0
    query = (
        select(Event.id, Event.case_id, Event.facts)
        .join(Case, Case.id == Event.case_id)
        .where(Event.kind == "received", Event.seq == 1, Case.institution_id == place.id)
        .where(Event.id > (last.last_event if last else 0), Event.id <= upto)
        .order_by(Event.id)
    )
    waiting = [
        (i, c, f["leaf"], dt.date.fromisoformat(f["filed"])) for i, c, f in session.execute(query) if "leaf" in f
    ]
    if last is None and not waiting:
        return 0
    # A clock that was set back must not slip a complaint under a root that is out already: it goes to the next one.
    day = last.day + ONE_DAY if last else min(filed for *_, filed in waiting)
    first = day
    while day <= ended:
        later = [event_id for event_id, _, _, filed in waiting if max(filed, first) > day]
        leaves = {case_id: code for _, case_id, code, filed in waiting if max(filed, first) == day}
        _plant(session, place.id, day, leaves, min(later) - 1 if later else upto)
        day += ONE_DAY
    return (ended - first).days + 1 if ended >= first else 0


def _plant(session: Session, institution_id: int, day: dt.date, leaves: dict[int, str], upto: int) -> None:
    """The day's tree: filled up with noise and shuffled, so that a path tells neither how many complained nor when."""
    size = max(evidence.SMALLEST_TREE, 1 << max(0, len(leaves) - 1).bit_length())
    places = _shuffled(size)
    hashed = [merkle.leaf(os.urandom(evidence.CODE_BYTES)) for _ in range(size)]
    at = dict(zip(leaves, places, strict=False))
    for case_id, code in leaves.items():
        hashed[at[case_id]] = evidence.leaf_of(code)
    row = EvidenceDay(institution_id=institution_id, day=day, root=merkle.root(hashed).hex(), last_event=upto)
    session.add(row)
    session.flush()
    for case_id, code in leaves.items():
        path = [[side, one.hex()] for side, one in merkle.path(hashed, at[case_id])]
        session.add(EvidenceLeaf(case_id=case_id, day_id=row.id, code=code, path=path))


def _shuffled(size: int) -> Iterable[int]:
    places = list(range(size))
    secrets.SystemRandom().shuffle(places)
    return places
