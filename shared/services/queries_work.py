"""What a member of staff has to do now: read by role, most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from shared.db import db, read_rows, reading
from shared.domain.calendar import Calendar
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.unit import Unit
from shared.remembered import Remembered
from shared.services import ladders, queries_approvals, queries_corrective
from shared.services.calendars import calendar
from shared.services.queries_account_heaps import account
from shared.services.queries_heaps import SHOWN, Heap, Task
from shared.services.queries_office_heaps import office
from shared.services.queries_portal import regime
from shared.services.queries_queue import local_day, place_of
from shared.services.queries_unit_heaps import units
from shared.services.regimes import regime_of


@dataclass(slots=True)
class Desk:
    """A person's work: heaps by urgency, and the calendar that marks are counted with."""

    heaps: list[Heap] = field(default_factory=list)


def desk(actor: Actor, now: dt.datetime) -> Desk:
    """Everything that waits for this person."""
    with reading() as session:
        book = book_of(session, actor)
        found = [
            *_chains(session, actor, now, book),
            *(office(session, actor, now, book) if actor.in_office else ()),
            *units(session, actor),
            *account(session, actor, now, book),
            *_actions(session, actor, now),
        ]
    return Desk([heap for heap in found if heap.tasks])


def _chains(session: Session, actor: Actor, now: dt.datetime, book: Regime) -> list[Heap]:
    """What waits for the person's yes, and what was sent up to the person's rung; first, for others wait for it."""
    asked = queries_approvals.waiting_for(session, actor, book, now)
    inside = actor.in_office  # a unit knows the request, not the case
    number = {c.id: f"{c.register_no} {c.summary}" if inside else "" for _a, c in asked}
    tasks = [Task("approval", a.id, number[c.id], a.subject, a.state, c if inside else None) for a, c in asked]
    raised = [Task("case", c.id, c.register_no, c.summary, c.state, c) for c in ladders.lies_with(session, actor, book)]
    heaps = (("decide_approval", tasks), ("raised", raised))
    return [Heap(code, found[:SHOWN], len(found) > SHOWN) for code, found in heaps]


def _actions(session: Session, actor: Actor, now: dt.datetime) -> Iterator[Heap]:
    """What is to be put right, looked at, or late (R10.12, R15.10)."""
    found = queries_corrective.waiting(session, actor, local_day(actor, now), SHOWN + 1)
    for code, rows in found.items():
        tasks = [Task("action", a.id, a.number, a.title, a.state, None, a.planned_day) for a in rows[:SHOWN]]
        yield Heap(code, tasks, len(rows) > SHOWN)


def book_of(session: Session, actor: Actor) -> Regime:
    """The rule book that the person's institution opens new cases under."""
    return regime_of(session, place_of(actor).regime_version_id)


def book(actor: Actor) -> Regime:
    """`book_of`, without a session at hand."""
    return regime(place_of(actor))


def calendar_now() -> Calendar:
    """The calendar that deadline marks are counted with."""
    with reading() as session:
        return calendar(session)


HANDLING = (
    select(Unit.id, Unit.name)
    .where(Unit.institution_id == bindparam("here"), Unit.kind == "handling")
    .order_by(Unit.id)
)


_known = Remembered[tuple[tuple[int, str], ...]]()
forget = _known.forget


def units_of(actor: Actor) -> list[Row[tuple[int, str]]]:
    """Id and name of the institution's handling units."""
    return read_rows(HANDLING, {"here": actor.institution_id})


def known_units(actor: Actor) -> tuple[tuple[int, str], ...]:
    """`units_of` as this process knows them, for filters."""
    return _known.get((db.engine, actor.institution_id), lambda: tuple((u.id, u.name) for u in units_of(actor)))
