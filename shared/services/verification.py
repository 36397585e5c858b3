"""Checking the evidence: every event's MAC, every checkpoint, every published root and the texts under them.

Reads in slices by event number, so that a million events need no more memory than a thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from shared.crypto import Keys
from shared.db import reading
from shared.domain import chain, evidence, merkle
from shared.domain.chain import Body, Link
from shared.models.case import Case
from shared.models.event import Event
from shared.models.evidence import Checkpoint, EvidenceDay, EvidenceLeaf
from shared.services.checkpoints import Outside, as_text, tally
from shared.services.evidence import code_again
from shared.signing import is_signed

SLICE = 5000
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that isn't as it was; `facts` are numbers and days, for the words that tell it."""

    code: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Report:
    """What was looked at and what was found; `backwards` counts events whose clock stood before the one before."""

    events: int = 0
    checkpoints: int = 0
    days: int = 0
    complaints: int = 0
    backwards: int = 0
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)
    uncovered: int = 0
    """Events since the last checkpoint."""

    def note(self, code: str, **facts: Any) -> None:
        """Counts a fault and keeps the first hundred in full."""
        self.faults += 1
        if len(self.findings) < SHOWN:
            self.findings.append(Finding(code, facts))


def verify(
    keys: Keys, *, newest: int | None = None, kept: dict[int, Outside] | None = None, trusted: str = ""
) -> Report:
    """Checks everything, or all checkpoints and the `newest` events.

    `kept` are the checkpoints that lie outside, `trusted` the public key they must be signed with.
    """
    report = Report()
    with reading() as session:
        bodies = _checkpoints(session, report, trusted)
        _compare(report, bodies, session, kept or {})
        after = _begin(session, bodies, newest)
        _events(session, keys, report, [b for b in bodies if b.last_event > after], after)
        if newest is None:
            _published(session, keys, report, bodies)
        session.rollback()
    return report


def _checkpoints(session: Session, report: Report, trusted: str) -> list[Body]:
    """Signatures and order; the bodies that can be read."""
    bodies: list[Body] = []
    previous, known = "", trusted
    for row in session.scalars(select(Checkpoint).order_by(Checkpoint.number)):
        report.checkpoints += 1
        known = known or row.public_key
        try:
            body = chain.read_body(row.body)
        except ValueError:
            report.note("checkpoint_unreadable", number=row.number)
            continue
        if row.public_key != known or not is_signed(row.public_key, row.body, row.signature):
            report.note("checkpoint_unsigned", number=row.number)
        if body.number != (bodies[-1].number if bodies else 0) + 1:
            report.note("checkpoint_gone", number=(bodies[-1].number if bodies else 0) + 1, until=body.number - 1)
        elif body.previous != previous:
            report.note("checkpoint_changed", number=body.number - 1)
        bodies.append(body)
        previous = chain.digest(row.body)
    return bodies


def _compare(report: Report, bodies: list[Body], session: Session, kept: dict[int, Outside]) -> None:
    """R19: what lies outside must be here, word for word; a database put back from an old copy lacks the newest."""
    here = {body.number for body in bodies}
    lost = sorted(set(kept) - here)
    if lost:
        report.note("lost_since", number=lost[0], until=lost[-1], event=bodies[-1].last_event if bodies else 0)
    for row in session.scalars(select(Checkpoint).where(Checkpoint.number.in_(set(kept) & here))) if kept else ():
        theirs = kept[row.number]
        if as_text(row) != f"{theirs.body}\n{theirs.signature}\n{theirs.public_key}\n":
            report.note("checkpoint_differs", number=row.number)


def _begin(session: Session, bodies: list[Body], newest: int | None) -> int:
    """The event after which the reading begins: a checkpoint's end, so that whole ranges are checked."""
    if newest is None:
        return 0
    query = select(Event.id).order_by(Event.id.desc()).offset(newest).limit(1)
    start = session.scalar(query) or 0
    return max((b.last_event for b in bodies if b.last_event <= start), default=0)


class _Ranges:
    """Holds the events that are there against what the checkpoints state of them."""

    def __init__(self, report: Report, bodies: list[Body], whole: bool) -> None:
        self.report, self.bodies, self.whole = report, iter(bodies), whole
        self.totals: dict[str, list[int]] = {}
        self.before: Body | None = None
        self.body = next(self.bodies, None)
        self.front = merkle.Frontier()

    def take(self, event_id: int, mac: str, seq: int, place: int) -> None:
        """The next event by number."""
        while self.body is not None and event_id > self.body.last_event:
            self.close()
        if self.body is None:
            self.report.uncovered += 1
        self.front.add(chain.leaf(event_id, mac))
        tally(self.totals, place, seq)

    def close(self) -> None:
        """Ends a checkpoint's range: says what is missing in it."""
        body = self.body
        if body is None:
            return
        found = self.front.count
        facts: dict[str, Any] = {"number": body.number, "first": body.first_event, "last": body.last_event}
        facts |= {"until": body.at, "since": self.before.at if self.before else None}
        if found < body.count:
            self.report.note("events_missing", missing=body.count - found, **facts)
        elif found > body.count:
            self.report.note("events_added", added=found - body.count, **facts)
        elif self.front.root().hex() != body.root:
            self.report.note("events_changed", **facts)
        if self.whole and found == body.count and dict(body.totals) != self.totals:
            self.report.note("totals_differ", number=body.number)
        self.before, self.body, self.front = body, next(self.bodies, None), merkle.Frontier()
        if self.whole:
            self.totals = {place: list(counts) for place, counts in body.totals.items()}


def _events(session: Session, keys: Keys, report: Report, bodies: list[Body], after: int) -> None:
    ranges = _Ranges(report, bodies, whole=after == 0)
    for row in _rows(session, after):
        link, (event_id, mac, before, before_at) = Link(*row[: len(_LINK)]), row[len(_LINK) :]
        report.events += 1
        report.backwards += before_at is not None and link.at < before_at  # the order is that of the numbers
        _check(keys, report, link, event_id, mac, before)
        ranges.take(event_id, mac, link.seq, link.institution_id or 0)
    while ranges.body is not None:
        ranges.close()


_LINK = (
    Case.institution_id,
    Event.case_id,
    Case.receipt_no,
    Event.seq,
    Event.at,
    Event.kind,
    Event.actor_id,
    Event.actor_role,
    Event.slip_id,
    Event.from_state,
    Event.to_state,
    Event.facts,
)
"""The columns of a Link, in its order."""


def _rows(session: Session, after: int) -> Iterator[Row[Any]]:
    """Every event by number, each with the one before it in its case."""
    earlier = aliased(Event)
    mine = (earlier.case_id == Event.case_id) & (earlier.seq == Event.seq - 1)
    query = (
        select(*_LINK, Event.id, Event.mac, earlier.mac, earlier.at)
        .outerjoin(Case, Case.id == Event.case_id)
        .outerjoin(earlier, mine)
        .order_by(Event.id)
        .limit(SLICE)
    )
    while True:
        rows: list[Row[Any]] = list(session.execute(query.where(Event.id > after)))
        yield from rows
        if len(rows) < SLICE:
            return
        after = rows[-1][len(_LINK)]


def _check(keys: Keys, report: Report, link: Link, event_id: int, stored: str, before: str | None) -> None:
    """One event against its MAC and the event before it."""
    facts = {"event": event_id, "case": link.case_id, "seq": link.seq, "at": link.at}
    key_id, _, mac = stored.partition(":")
    key = keys.older("events", key_id)
    if link.seq > 1 and before is None:
        report.note("event_before_missing", **facts)
    elif key is None:
        report.note("event_unknown_key" if stored else "event_without_mac", **facts)
    elif link.mac(key, before or "") != mac:
        report.note("event_changed", **facts)


def _published(session: Session, keys: Keys, report: Report, bodies: Iterable[Body]) -> None:
    """The published roots against the checkpoints that signed them; each complaint against its root and its text."""
    signed = {(place, day): root for body in bodies for place, day, root in body.days}
    days = {day.id: day for day in session.scalars(select(EvidenceDay))}
    report.days = len(days)
    for day in days.values():
        said = signed.pop((day.institution_id, day.day.isoformat()), None)
        if said is not None and said != day.root:
            report.note("root_changed", day=day.day)
    for place, gone in signed:
        report.note("root_missing", day=dt.date.fromisoformat(gone), institution=place)
    last = 0
    while True:
        first = (Event.case_id == EvidenceLeaf.case_id) & (Event.seq == 1)
        query = select(EvidenceLeaf, Event, Case).outerjoin(Event, first)
        query = query.outerjoin(Case, Case.id == EvidenceLeaf.case_id).where(EvidenceLeaf.case_id > last)
        rows = session.execute(query.order_by(EvidenceLeaf.case_id).limit(SLICE // 10)).all()
        for leaf, event, case in rows:
            report.complaints += 1
            root = days[leaf.day_id].root if leaf.day_id in days else ""
            _complaint(keys, report, leaf, event, case, root)
        if not rows:
            return
        last = rows[-1][0].case_id
        session.expunge_all()


def _complaint(
    keys: Keys, report: Report, leaf: EvidenceLeaf, event: Event | None, case: Case | None, root: str
) -> None:
    path = [(side, bytes.fromhex(one)) for side, one in leaf.path]
    if case is None or event is None:
        report.note("case_missing", case=leaf.case_id)
    elif event.facts.get("leaf") != leaf.code or merkle.climb(evidence.leaf_of(leaf.code), path).hex() != root:
        report.note("leaf_changed", case=leaf.case_id)
    elif case.story and code_again(keys, case, event) not in ("", leaf.code):  # erased words can't be compared
        report.note("text_changed", case=leaf.case_id)
