"""Running an emergency plan (R21.04, R21.05): start, team, steps with their times, the end with its review."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import incidents as rules
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import OPEN, Role, State
from shared.domain.regimes import Regime
from shared.domain.visibility import DONE_BY, Actor
from shared.models.case import Case
from shared.models.incident import Incident, IncidentMember, IncidentStep, PlanText
from shared.models.person import Person
from shared.services import barrier, cases


def start(case_id: int, actor: Actor, now: dt.datetime, *, why: str, version: int | None = None) -> int:
    """Starts the plan for a case; the leading group is told at once. Returns the incident's id.

    Raises Refused('no_plan'), Refused('missing', field='why'), Refused('not_now') where it runs already or the case
    has come to its end.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        book, role = _may(session, case, actor, "run_plan")
        rules.plan_of(book)
        needs(why=why)
        if State(case.state) not in OPEN or _of(session, case_id) is not None:
            raise Refused("not_now", action="plan")
        return start_within(session, case, actor, now, why=why, role=role)


def start_within(session: Session, case: Case, actor: Actor, now: dt.datetime, *, why: str, role: Role | str) -> int:
    """Starts the plan in the transaction of whatever calls for it; once for a case."""
    running = _of(session, case.id)
    if running is not None:
        return running.id
    text = in_force(session, case.institution_id)
    row = Incident(institution_id=case.institution_id, case_id=case.id, state="open", started_at=now)
    row.why, row.started_by, row.plan_id = why.strip(), actor.person_id or 0, text.id if text else None
    session.add(row)
    session.flush()
    facts = {"incident": row.id, "plan": text.number if text else 0}
    cases.record(session, case, "plan_started", actor, now, role=role, facts=facts)
    return row.id


def in_force(session: Session, institution_id: int) -> PlanText | None:
    """The newest approved text; None where the rule book's own stands."""
    approved = select(PlanText).where(PlanText.institution_id == institution_id, PlanText.state == "approved")
    return session.scalar(approved.order_by(PlanText.number.desc()).limit(1))


def join(case_id: int, actor: Actor, now: dt.datetime, *, group: str, person_id: int) -> None:
    """Names somebody to one of the plan's groups; twice does no harm.

    Raises Refused('missing', field='group'), Refused('no_such_person', field='person_id'), Refused('person_barred').
    """
    with work() as session:
        case, row, book, role = _running(session, case_id, actor, "lead_plan")
        rules.check_group(book, group)
        person = session.get(Person, person_id)
        if person is None or not person.active or person.institution_id != case.institution_id:
            raise Refused("no_such_person", field="person_id")
        barrier.refuse_person(session, case_id, person_id)
        same = (IncidentMember.group_code == group, IncidentMember.person_id == person_id)
        if session.scalar(select(IncidentMember.id).where(IncidentMember.incident_id == row.id, *same)):
            return
        member = IncidentMember(incident_id=row.id, group_code=group, person_id=person_id, at=now)
        member.by_id = actor.person_id or 0
        session.add(member)
        facts = {"group": group, "person": person_id}
        cases.record(session, case, "plan_joined", actor, now, role=role, facts=facts)


def take_step(case_id: int, actor: Actor, now: dt.datetime, *, code: str, note: str) -> None:
    """Ticks a step off with what was done; its time is now, nobody's to choose.

    Raises Refused('missing', field='note'), Refused('step_done') and Refused('no_such_case') for no step of the plan.
    """
    with work() as session:
        case, row, book, role = _running(session, case_id, actor, "run_plan")
        rules.check_step(book, code, done_of(session, row.id))
        needs(note=note)
        tick(session, case, row, actor, now, code=code, note=note, role=role)
        if code == rules.REPORT:
            session.flush()
            cases.record(session, case, "reported_up", actor, now, role=role, facts={"incident": row.id})


def tick(
    session: Session,
    case: Case,
    row: Incident,
    actor: Actor,
    now: dt.datetime,
    *,
    code: str,
    note: str,
    role: Role | str,
) -> None:
    """Writes a step that was taken, in the transaction of whatever took it."""
    step = IncidentStep(incident_id=row.id, case_id=case.id, code=code, at=now, by_id=actor.person_id or 0)
    step.note = note.strip()
    session.add(step)
    session.flush()
    cases.record(session, case, "plan_step_taken", actor, now, role=role, facts={"step": code})


def end(case_id: int, actor: Actor, now: dt.datetime, *, review: str) -> None:
    """Ends it with a review; raises Refused('steps_open', steps) and Refused('missing', field='review')."""
    with work() as session:
        case, row, book, role = _running(session, case_id, actor, "lead_plan")
        rules.check_end(book, done_of(session, row.id), review)
        row.state, row.review, row.ended_by, row.ended_at = "ended", review.strip(), actor.person_id, now
        cases.record(session, case, "plan_ended", actor, now, role=role, facts={"incident": row.id})


def done_of(session: Session, incident_id: int) -> set[str]:
    """The codes of the steps that were taken."""
    return set(session.scalars(select(IncidentStep.code).where(IncidentStep.incident_id == incident_id)))


def _may(session: Session, case: Case, actor: Actor, act: str) -> tuple[Regime, Role]:
    held = cases.roles(session, case, actor) & DONE_BY[act]
    if not held:
        raise Refused("not_yours", action=act)
    return cases.regime(session, case), min(held)


def _of(session: Session, case_id: int) -> Incident | None:
    return session.scalar(select(Incident).where(Incident.case_id == case_id).with_for_update())


def _running(session: Session, case_id: int, actor: Actor, act: str) -> tuple[Case, Incident, Regime, Role]:
    """The case, locked, with its incident that runs; raises Refused('not_now') where none does."""
    case = cases.lock(session, case_id)
    book, role = _may(session, case, actor, act)
    rules.plan_of(book)
    row = _of(session, case_id)
    if row is None or row.state != "open":
        raise Refused("not_now", action="plan")
    return case, row, book, role


running = _running
"""For the verbs of the statement, which stand in a file of their own."""
