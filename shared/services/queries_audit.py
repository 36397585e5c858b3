"""What the auditor's pages read: who did what and when, and the checkpoints; never a word of a complaint."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import aliased

from shared.db import reading
from shared.domain import chain, receipts
from shared.domain.calendar import ONE_DAY
from shared.domain.mornings import midnight
from shared.domain.numbering import whole
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.event import Event
from shared.models.evidence import Checkpoint
from shared.models.person import Person
from shared.services.queries_queue import place_of

PAGE = 50
MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `who` is a person's number, 'citizen' or 'system'; `case` a receipt or register number."""

    who: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    case: str = ""
    after: tuple[dt.datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One event without any content; `why` is the reason's code where identities were looked at."""

    id: int
    at: dt.datetime
    name: str
    role: str
    kind: str
    register_no: str
    why: str
    papers: int
    """How many papers a file holds that was archived by itself."""
    backwards: bool
    """The clock stood before that of the event before: somebody or something had set it back."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first, and the key from which the next page starts."""

    acts: list[Act]
    next: tuple[dt.datetime, int] | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkpoint as the auditor reads it: the numbers are those of the own institution."""

    number: int
    at: dt.datetime
    count: int
    events: int
    cases: int
    key: str


def search(actor: Actor, asked: Asked, size: int = PAGE) -> Page:
    """A page of what was done in the auditor's institution, in one statement."""
    earlier = aliased(Event)
    query = (
        select(Event, Person.name, Case.register_no, earlier.at)
        .join(Case, Case.id == Event.case_id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(earlier, (earlier.case_id == Event.case_id) & (earlier.seq == Event.seq - 1))
        .where(_own(actor, asked), *_filters(actor, asked))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(size + 1)
    )
    with reading() as session:
        rows = session.execute(query).all()
        acts = [_act(*row) for row in rows[:size]]
    more = len(rows) > size
    return Page(acts, (acts[-1].at, acts[-1].id) if more else None)


def _own(actor: Actor, asked: Asked) -> ColumnElement[bool]:
    """The auditor's own cases; the sum keeps the planner from gathering all of them before it sorts by time."""
    if asked.case:
        return Case.institution_id == actor.institution_id
    return Case.institution_id + 0 == actor.institution_id


def _act(event: Event, name: str | None, number: str, before: dt.datetime | None) -> Act:
    why = str(event.facts.get("why", "")) if event.kind == "identity_viewed" else ""
    backwards = before is not None and event.at < before
    papers = sum(event.facts.get("papers", {}).values())
    return Act(event.id, event.at, name or "", event.actor_role, event.kind, number, why, papers, backwards)


def _filters(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    person = whole(asked.who)
    if person is not None:
        where.append(Event.actor_id == person)
    elif asked.who:
        where += [Event.actor_id.is_(None), Event.actor_role == asked.who]
    if asked.kind:
        where.append(Event.kind == asked.kind)
    zone = ZoneInfo(place_of(actor).time_zone)
    if asked.since:
        where.append(Event.at >= midnight(asked.since, zone))
    if asked.until:
        where.append(Event.at < midnight(asked.until + ONE_DAY, zone))
    if asked.case:
        number = receipts.normalise(asked.case)
        known = receipts.is_receipt_no(number)
        where.append(Case.receipt_no == number if known else Case.register_no == asked.case)
    if asked.after:
        where.append(tuple_(Event.at, Event.id) < tuple_(*asked.after))
    return where


def people(actor: Actor) -> list[tuple[int, str]]:
    """Everybody who works or has worked here, for the filter."""
    query = select(Person.id, Person.name).where(Person.institution_id == actor.institution_id).order_by(Person.id)
    with reading() as session:
        return [(number, name) for number, name in session.execute(query)]


def checkpoints(actor: Actor, count: int = 10) -> list[Mark]:
    """The newest checkpoints."""
    with reading() as session:
        rows = session.scalars(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(count)).all()
    return [_mark(row, str(actor.institution_id)) for row in rows]


def _mark(row: Checkpoint, place: str) -> Mark:
    try:
        body = chain.read_body(row.body)
    except ValueError:
        return Mark(row.number, row.at, 0, 0, 0, row.public_key)
    events, cases = body.totals.get(place, [0, 0])
    return Mark(row.number, row.at, body.count, events, cases, row.public_key)
