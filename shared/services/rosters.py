"""Filling the duty roster and writing down what duty officers took (R3.14, R4.03)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import rosters as rules
from shared.domain.errors import Refused
from shared.domain.lifecycle import OFFICE_ROLES
from shared.domain.rosters import Call, Period
from shared.domain.visibility import Actor, need, need_sight
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.roster import DutyCall, DutyShift
from shared.services import barrier
from shared.services.calendars import calendar
from shared.services.queries_queue import place_of
from shared.services.regimes import regime_of

SHOWN = 100


def assign(actor: Actor, now: dt.datetime, *, roster: str, day: dt.date | None, part: str, person_id: int) -> None:
    """Puts somebody of the office into a shift; twice does no harm.

    Raises Refused('missing', field), Refused('no_duty_day'), Refused('no_such_person', field='person_id').
    """
    need(actor, "keep_roster")
    if day is None:
        raise Refused("missing", field="day")
    with work() as session:
        place = session.get_one(Institution, actor.institution_id)
        rules.check_shift(regime_of(session, place.regime_version_id), roster, day, part, calendar(session))
        if person_id not in _staff(session, place.id):
            raise Refused("no_such_person", field="person_id")
        there = (DutyShift.day == day, DutyShift.part == part, DutyShift.person_id == person_id)
        if session.scalar(select(DutyShift.id).where(DutyShift.institution_id == place.id, *there)) is None:
            row = DutyShift(institution_id=place.id, roster=roster, day=day, part=part, person_id=person_id, at=now)
            row.by_id = actor.person_id or 0
            session.add(row)


def free(actor: Actor, shift_id: int) -> None:
    """Takes somebody out of a shift; raises Refused('no_such_case') where there is no such shift here."""
    need(actor, "keep_roster")
    with work() as session:
        own = (DutyShift.id == shift_id, DutyShift.institution_id == actor.institution_id)
        if session.scalar(delete(DutyShift).where(*own).returning(DutyShift.id)) is None:
            raise Refused("no_such_case")


def took(actor: Actor, now: dt.datetime, call: Call) -> int:
    """Writes down a visit or a call; returns its id.

    Raises Refused('no_such_register', field='register_no') where no complaint that the person may see has that number,
    and as `domain.rosters.check_call`.
    """
    need(actor, "keep_duty_log")
    with work() as session:
        place = session.get_one(Institution, actor.institution_id)
        rules.check_call(regime_of(session, place.regime_version_id), call, now)
        row = DutyCall(institution_id=place.id, kind=call.kind, topic=call.topic, outcome=call.outcome, at=now)
        row.done_at, row.by_id = call.at or now, actor.person_id or 0
        if call.register_no.strip():
            known = select(Case.id).where(Case.institution_id == place.id, barrier.open_to(actor))
            row.case_id = session.scalar(known.where(Case.register_no == call.register_no.strip()))
            if row.case_id is None:
                raise Refused("no_such_register", field="register_no")
        session.add(row)
        session.flush()
        return row.id


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the roster: its periods, and in each shift who is there, with the number of the entry."""

    day: dt.date
    periods: list[Period]
    shifts: dict[str, list[tuple[int, str]]]


def days(actor: Actor, first: dt.date, last: dt.date) -> tuple[list[DayRow], dict[int, str]]:
    """The days of a month that need somebody, and who can be chosen."""
    need_sight(actor, "roster")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        book = regime_of(session, place.regime_version_id)
        found = rules.periods(book, first, last, calendar(session))
        rows = session.execute(
            select(DutyShift.id, DutyShift.day, DutyShift.part, Person.name)
            .join(Person, Person.id == DutyShift.person_id)
            .where(DutyShift.institution_id == place.id, DutyShift.day.between(first, last))
            .order_by(DutyShift.id)
        ).all()
        staff = _staff(session, place.id)
    shown = []
    for n in range((last - first).days + 1):
        day = first + dt.timedelta(days=n)
        here = [one for one in found if one.holds(day)]
        if here:
            parts = dict.fromkeys(part for one in here for part in rules.shifts(one))
            taken = {part: [(i, name) for i, d, p, name in rows if d == day and p == part] for part in parts}
            shown.append(DayRow(day, here, taken))
    return shown, staff


def now_on(actor: Actor, now: dt.datetime) -> list[str]:
    """Who is on duty at this moment, by name, for the office's own pages."""
    place = place_of(actor)
    with reading() as session:
        book = regime_of(session, place.regime_version_id)
        if not book.rosters:
            return []
        day, part = rules.shift_at(now.astimezone(ZoneInfo(place.time_zone)), book.hours)
        query = select(Person.name).join(DutyShift, DutyShift.person_id == Person.id)
        here = (DutyShift.institution_id == place.id, DutyShift.day == day, DutyShift.part == part)
        return list(session.scalars(query.where(*here).order_by(DutyShift.id)))


def round_the_clock(place: Institution, now: dt.datetime) -> list[tuple[Period, str]]:
    """The periods that hold today, with the role that is on duty: what everybody may know, and no name."""
    with reading() as session:
        book = regime_of(session, place.regime_version_id)
        if not book.rosters:
            return []
        found = rules.on(book, now.astimezone(ZoneInfo(place.time_zone)).date(), calendar(session))
    roles = {one.code: book.name_of("roles", one.role) for one in book.rosters}
    return [(one, roles.get(one.roster, "")) for one in found]


def calls(actor: Actor) -> list[tuple[DutyCall, str, str]]:
    """The visits and calls taken, newest first, with who took them and the complaint each became.

    The number of a complaint that the reader is kept from stays out (R4.06).
    """
    need_sight(actor, "roster")
    with reading() as session:
        mine = (Case.id == DutyCall.case_id) & barrier.open_to(actor)
        query = (
            select(DutyCall, Person.name, Case.register_no)
            .join(Person, Person.id == DutyCall.by_id)
            .outerjoin(Case, mine)
            .where(DutyCall.institution_id == actor.institution_id)
        )
        rows = session.execute(query.order_by(DutyCall.done_at.desc(), DutyCall.id.desc()).limit(SHOWN)).all()
        return [(call, by, number or "") for call, by, number in rows]


def _staff(session: Session, institution_id: int) -> dict[int, str]:
    """Who works in the office: whoever is on duty takes complaints in, so a unit's people can't be."""
    office = select(Grant.person_id).where(Grant.role.in_(sorted(map(str, OFFICE_ROLES))))
    query = select(Person.id, Person.name).where(Person.institution_id == institution_id, Person.active)
    return {i: name for i, name in session.execute(query.where(Person.id.in_(office)).order_by(Person.id))}
