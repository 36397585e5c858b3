"""Appointments at the door (W1.05): one side names a day, the other agrees or names another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import on_site
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State
from shared.domain.visibility import CITIZEN, Actor, need
from shared.models.appointment import Appointment
from shared.models.case import Case
from shared.services import barrier, cases
from shared.services.calendars import calendar

OVER = frozenset({State.REFUSED, State.REFERRED, State.WITHDRAWN, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class When:
    """A day and the half of it, and what for."""

    day: dt.date
    half: str
    purpose: str = ""


def propose(case_id: int, actor: Actor, now: dt.datetime, when: When, *, version: int | None = None) -> None:
    """The office names a day; the complainant is told and may agree or name another.

    Raises Refused('not_on_site') where the rule book has no such service, Refused('not_now'), and as
    `on_site.check_day`.
    """
    need(actor, "make_appointment")
    with work() as session:
        case = cases.lock(session, case_id, version)
        cases.roles(session, case, actor)
        _name(session, case, actor, now, when)


def propose_by_citizen(case_id: int, now: dt.datetime, when: When) -> None:
    """The complainant names a day, perhaps instead of the one that the office has named; raises as `propose`."""
    with work() as session:
        _name(session, cases.lock(session, case_id), CITIZEN, now, when)


def agree(case_id: int, actor: Actor, now: dt.datetime) -> None:
    """The other side agrees; raises Refused('not_now') where nothing of theirs waits for an answer."""
    citizen = actor.as_role is Role.CITIZEN
    with work() as session:
        case = cases.lock(session, case_id)
        if not citizen:
            need(actor, "make_appointment")
            cases.roles(session, case, actor)
        row = _newest(session, case_id)
        if row is None or row.state != "proposed" or (row.by == "citizen") == citizen:
            raise Refused("not_now", action="agree")
        row.state, row.agreed_at = "agreed", now
        _record(session, case, actor, now, row)


def newest(case_id: int) -> Appointment | None:
    """What stands now, for the complainant's own page."""
    with reading() as session:
        row = _newest(session, case_id)
        session.expunge_all()
        return row


def of_case(case_id: int, actor: Actor) -> list[Appointment]:
    """Every proposal of a case, the newest first; raises Refused('no_such_case')."""
    need(actor, "make_appointment")
    with reading() as session:
        barrier.case_for(session, case_id, actor)
        query = select(Appointment).where(Appointment.case_id == case_id).order_by(Appointment.id.desc())
        rows = list(session.scalars(query))
        session.expunge_all()
        return rows


def _name(session: Session, case: Case, actor: Actor, now: dt.datetime, when: When) -> None:
    book = cases.regime(session, case)
    if not on_site.kept(book):
        raise Refused("not_on_site")
    if State(case.state) in OVER:
        raise Refused("not_now", action="appointment", state=case.state)
    today = now.astimezone(cases.zone(session, case.institution_id)).date()
    on_site.check_day(book, case.severity, when.day, when.half, today, calendar(session))
    mine = Appointment.case_id == case.id, Appointment.state.in_(["proposed", "agreed"])
    session.execute(update(Appointment).where(*mine).values(state="replaced"))
    row = Appointment(
        case_id=case.id,
        state="proposed",
        by="citizen" if actor.as_role is Role.CITIZEN else "office",
        day=when.day,
        half=when.half,
        purpose=when.purpose.strip(),
        by_id=actor.person_id,
        created_at=now,
    )
    session.add(row)
    _record(session, case, actor, now, row)


def _record(session: Session, case: Case, actor: Actor, now: dt.datetime, row: Appointment) -> None:
    citizen = actor.as_role is Role.CITIZEN
    kind, role = ("appointment_answered", Role.CITIZEN) if citizen else ("appointment_made", Role.INTAKE)
    facts = {"on": row.day.isoformat(), "half": row.half, "appointment": row.state}
    cases.record(session, case, kind, actor, now, role=role, facts=facts)


def _newest(session: Session, case_id: int) -> Appointment | None:
    standing = Appointment.case_id == case_id, Appointment.state.in_(["proposed", "agreed"])
    return session.scalar(select(Appointment).where(*standing).order_by(Appointment.id.desc()).limit(1))
