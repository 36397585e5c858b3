"""Cases that nobody looks after: found by the sweep, told to the chief once a day, shown on the desk (R9.02)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.keepers import office_keeps, unit_keeps
from shared.domain.lifecycle import OPEN, Role, SlipState, State
from shared.domain.mornings import in_hours, working_day_before
from shared.domain.notices import Audience
from shared.domain.regimes import Regime
from shared.models.absence import Absence
from shared.models.case import Case
from shared.models.counter import Counter
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.person import Grant, Person
from shared.models.slip import Slip
from shared.models.unit import OFFICE, Unit
from shared.services import cases, counters
from shared.services.calendars import calendar
from shared.services.queries_queue import STILL_OPEN
from shared.services.recipients import running
from shared.services.regimes import regime_of

NO_UNIT_YET = (str(State.ACCEPTED), str(State.REOPENED))
Units = dict[Role, set[int]]


@dataclass(slots=True)
class Posts:
    """Who is there today: the people of each role, the units in which it is held, every unit and its parent."""

    people: dict[Role, set[int]] = field(default_factory=lambda: defaultdict(set))
    units: Units = field(default_factory=lambda: defaultdict(set))
    parents: dict[int, int | None] = field(default_factory=dict)

    def without(self, roles: Iterable[Role]) -> set[int]:
        """The units in which nobody holds any of these roles, nor in the unit above."""
        held = set().union(*(self.units[r] for r in roles))
        return {u for u, parent in self.parents.items() if u not in held and parent not in held}


def posts(session: Session, institution_id: int, today: dt.date) -> Posts:
    """Who is there: whoever is away counts as absent, whoever stands in holds the post too."""
    found = Posts()
    away = select(Absence.person_id).where(*running(today))
    held = (
        select(Unit.id, Unit.parent_id, Unit.kind, Grant.role, Person.id)
        .outerjoin(Grant, Grant.unit_id == Unit.id)
        .outerjoin(Person, and_(Person.id == Grant.person_id, Person.active, Person.id.not_in(away)))
        .where(Unit.institution_id == institution_id)
    )
    for unit_id, parent_id, kind, role, person_id in session.execute(held):
        if kind != OFFICE:
            found.parents[unit_id] = parent_id
        if person_id is not None and role in set(Role):
            found.people[Role(role)].add(person_id)
            found.units[Role(role)].add(unit_id)
    return found


def condition(session: Session, institution_id: int, now: dt.datetime) -> ColumnElement[bool]:
    """The condition that nobody looks after an open case of this institution."""
    place = session.get_one(Institution, institution_id)
    zone = cases.zone(session, institution_id)
    there = posts(session, institution_id, now.astimezone(zone).date())
    book = regime_of(session, place.regime_version_id)
    found = [*_by_office(book, there), *_by_units(institution_id, there), _by_investigator(there)]
    found.append(_unassigned(working_day_before(now, zone, calendar(session))))
    return and_(Case.institution_id == institution_id, STILL_OPEN, or_(*found))


def _by_office(book: Regime, there: Posts) -> list[ColumnElement[bool]]:
    """Cases in a state whose roles nobody holds."""
    kept = {state: office_keeps(state, book.routes) for state in OPEN}
    empty = [str(s) for s, roles in kept.items() if roles and not any(there.people[r] for r in roles)]
    return [Case.state.in_(sorted(empty))] if empty else []


def _by_units(institution_id: int, there: Posts) -> list[ColumnElement[bool]]:
    """Cases whose slip lies in a unit where nobody can go on with it."""
    found: list[ColumnElement[bool]] = []
    for state in SlipState:
        for sectioned in (False, True):
            roles = unit_keeps(state, sectioned=sectioned)
            empty = there.without(roles) if roles else set()
            if empty:
                named = Slip.section_id.in_(empty) if sectioned else Slip.unit_id.in_(empty)
                where = [Slip.institution_id == institution_id, Slip.state == str(state), named]
                where += [Slip.section_id.is_(None)] if not sectioned else []
                found.append(Case.id.in_(select(Slip.case_id).where(*where)))
    return found


def _by_investigator(there: Posts) -> ColumnElement[bool]:
    gone = Case.handler_id.not_in(there.people[Role.INVESTIGATOR])
    return and_(Case.handler_id.is_not(None), gone)


def _unassigned(before: dt.datetime) -> ColumnElement[bool]:
    """Taken up or reopened, with no unit and no investigator, and nothing has been done for a working day."""
    done = exists().where(Event.case_id == Case.id, Event.at >= before)
    nobody = and_(Case.unit_id.is_(None), Case.handler_id.is_(None))
    return and_(Case.state.in_(NO_UNIT_YET), nobody, Case.received_at < before, ~done)


def tell(now: dt.datetime) -> int:
    """Tells the chief of each institution once on a working day; returns how many were told."""
    with reading() as session:
        places = session.execute(select(Institution.id, Institution.hours)).all()
        session.rollback()
    return sum(_tell_one(institution_id, hours, now) for institution_id, hours in places)


def _tell_one(institution_id: int, hours: str, now: dt.datetime) -> bool:
    with reading() as session:
        zone = cases.zone(session, institution_id)
        key = f"unattended:{now.astimezone(zone).date()}"
        told = select(Counter.n).where(Counter.institution_id == institution_id, Counter.key == key)
        if not in_hours(now, hours, zone, calendar(session)) or session.scalar(told):
            return False
        found = session.scalar(select(Case.id).where(condition(session, institution_id, now)).limit(1))
        session.rollback()
    if found is None:
        return False
    with work() as session:
        if counters.add(session, institution_id, {key: 1})[key] == 1:  # of two sweeps at once, one tells
            owe(session, institution_id, now)
    return True


def owe(session: Session, institution_id: int, now: dt.datetime) -> None:
    """Queues the notice to the chief, in the caller's transaction."""
    row = OutboxRow(institution_id=institution_id, notice="unattended", audience=str(Audience.OFFICE_CHIEF))
    row.facts, row.not_before, row.created_at = {}, now, now
    session.add(row)
