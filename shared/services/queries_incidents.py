"""What pages read of emergency plans: one incident with its team and times, the office's list, public statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Select, select

from shared.db import reading
from shared.domain.visibility import Actor, need_sight
from shared.models.case import Case
from shared.models.incident import Incident, IncidentMember, IncidentStep, PlanText, PublicStatement
from shared.models.institution import Institution
from shared.models.person import Person
from shared.services import barrier, conflicts, incidents

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken."""

    note: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class IncidentView:
    """The plan at work for a case; `row` is None before it was started."""

    row: Incident | None
    text: PlanText | None
    names: dict[int, str]
    steps: dict[str, Taken] = field(default_factory=dict)
    team: list[tuple[str, str]] = field(default_factory=list)
    """Group and name."""
    staff: dict[int, str] = field(default_factory=dict)
    """Who can be named."""
    public: list[PublicStatement] = field(default_factory=list)


def of_case(case: Case) -> IncidentView:
    """What the page of a case's incident shows; whoever asks has seen the case."""
    with reading() as session:
        row = session.scalar(select(Incident).where(Incident.case_id == case.id))
        if row is None:
            return IncidentView(None, incidents.in_force(session, case.institution_id), {})
        taken = session.execute(
            select(IncidentStep, Person.name)
            .join(Person, Person.id == IncidentStep.by_id)
            .where(IncidentStep.incident_id == row.id)
            .order_by(IncidentStep.id)
        ).all()
        team = session.execute(
            select(IncidentMember.group_code, Person.name)
            .join(Person, Person.id == IncidentMember.person_id)
            .where(IncidentMember.incident_id == row.id)
            .order_by(IncidentMember.id)
        ).all()
        public = session.scalars(
            select(PublicStatement).where(PublicStatement.incident_id == row.id).order_by(PublicStatement.id)
        ).all()
        text = session.get(PlanText, row.plan_id) if row.plan_id else None
        barred = barrier.of(session, case.id).people
    staff = {i: name for i, name in conflicts.people_of(case.institution_id).items() if i not in barred}
    steps = {step.code: Taken(step.note, by, step.at) for step, by in taken}
    return IncidentView(row, text, staff, steps, [(g, n) for g, n in team], staff, list(public))


def listed(actor: Actor) -> list[tuple[Incident, Case]]:
    """The office's incidents, those that run first; none that the reader is kept from (R4.06)."""
    need_sight(actor, "incidents")
    with reading() as session:
        query = select(Incident, Case).join(Case, Case.id == Incident.case_id)
        query = query.where(Incident.institution_id == actor.institution_id, barrier.open_to(actor))
        rows = session.execute(query.order_by(Incident.state.desc(), Incident.id.desc()).limit(SHOWN)).all()
        return [(row, case) for row, case in rows]


def statements(institution: Institution | None, *, limit: int = 20) -> list[tuple[PublicStatement, Institution]]:
    """What is said in public now, newest first; of all institutions where none is named."""
    with reading() as session:
        rows = session.execute(_public(institution).order_by(PublicStatement.id.desc()).limit(limit)).all()
        return [(one, place) for one, place in rows]


def statement(institution: Institution | None, statement_id: int) -> tuple[PublicStatement, Institution] | None:
    """One public statement; None where it was taken back or never was."""
    with reading() as session:
        row = session.execute(_public(institution).where(PublicStatement.id == statement_id)).one_or_none()
        return (row[0], row[1]) if row else None


def _public(institution: Institution | None) -> Select[PublicStatement, Institution]:
    query = select(PublicStatement, Institution).join(Institution, Institution.id == PublicStatement.institution_id)
    query = query.where(PublicStatement.withdrawn_at.is_(None))
    return query.where(PublicStatement.institution_id == institution.id) if institution else query
