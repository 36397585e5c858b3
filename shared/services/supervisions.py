"""督办: whoever is slow or behaves badly while handling a complaint explains it to the supervising role (R22.02)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import ledger
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.notices import owed
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.outbox import OutboxRow
from shared.models.person import Grant, Person
from shared.models.supervision import Supervision
from shared.services import cases, findings
from shared.services.penalty_payments import SPEAKS_FOR
from shared.services.recipients import AUDIENCE_OF

RUNNING = ("offered", "raised", "answered")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to explain what by when."""

    misconduct: str
    wanted: str
    due_day: dt.date
    unit_id: int | None = None
    person_id: int | None = None


def supervisors(book: Regime) -> frozenset[Role]:
    """Who supervises; nobody where the rule book knows no supervision."""
    return ledger.roles_of(book, book.supervision.role) if book.supervision else frozenset()


def offer(session: Session, case: Case, limit_id: str, now: dt.datetime) -> None:
    """Lays a case whose limit ran out before the supervising role, once for each limit; the first kind is delay."""
    rule = cases.regime(session, case).supervision
    if rule is None or not case.unit_id:
        return
    same = select(Supervision.id).where(Supervision.case_id == case.id, Supervision.limit_id == limit_id)
    if session.scalar(same.limit(1)) is None:
        row = Supervision(institution_id=case.institution_id, case_id=case.id, unit_id=case.unit_id, state="offered")
        row.misconduct, row.limit_id, row.raised_at = rule.misconducts[0].code, limit_id, now
        session.add(row)
        session.flush()


def raise_(case_id: int, actor: Actor, now: dt.datetime, order: Order, *, version: int | None = None) -> int:
    """Opens one on a case; raises Refused('missing', field), Refused('not_yours'), Refused('own_matter')."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        may = _may(session, case, actor)
        row = Supervision(institution_id=case.institution_id, case_id=case.id)
        _order(session, case, row, actor, now, order)
        session.add(row)
        session.flush()
        _told(session, case, row, actor, now, may)
        return row.id


def confirm(supervision_id: int, actor: Actor, now: dt.datetime, order: Order, *, version: int | None = None) -> None:
    """Takes up what the sweep has offered."""
    with work() as session:
        case, row, may = _lock(session, supervision_id, actor, "offered", version)
        _order(session, case, row, actor, now, order)
        session.flush()
        _told(session, case, row, actor, now, may)


def drop(supervision_id: int, actor: Actor, now: dt.datetime, *, text: str, version: int | None = None) -> None:
    """Sees no reason, and says why."""
    with work() as session:
        _, row, _ = _lock(session, supervision_id, actor, "offered", version)
        needs(text=text)
        row.state, row.conclusion, row.concluded_by, row.concluded_at = "dropped", text.strip(), actor.person_id, now


def is_about(actor: Actor, row: Supervision) -> bool:
    """Whether the actor is to explain, for oneself or for the unit."""
    if row.person_id is not None:
        return row.person_id == actor.person_id
    return row.unit_id in actor.units_as(*SPEAKS_FOR)


def answer(supervision_id: int, actor: Actor, now: dt.datetime, *, text: str, version: int | None = None) -> None:
    """The person, or who speaks for the unit, explains; raises Refused('no_such_case') to everybody else."""
    with work() as session:
        found = session.get(Supervision, supervision_id)
        if found is None or not is_about(actor, found) or found.state in {"offered", "dropped"}:
            raise Refused("no_such_case")
        case = cases.lock(session, found.case_id)
        row = _fresh(session, supervision_id, version)
        if row.state != "raised":
            raise Refused("not_now", action="answer_supervision", state=row.state)
        needs(text=text)
        row.state, row.answer, row.answered_by, row.answered_at = "answered", text.strip(), actor.person_id, now
        cases.record(session, case, "supervision_answered", actor, now, role=min(actor.roles), facts={"row": row.id})
        heard = {AUDIENCE_OF[role] for role in supervisors(cases.regime(session, case))}
        for one in owed("supervision_answered"):
            if one.audience in heard:
                session.add(_letter(row, "supervision_answered", str(one.audience), now))


def conclude(
    supervision_id: int, actor: Actor, now: dt.datetime, *, founded: bool, text: str, version: int | None = None
) -> None:
    """Says whether it was so; never by whom it is about. Without an explanation once the day has passed."""
    with work() as session:
        case, row, may = _lock(session, supervision_id, actor, None, version)
        today = now.astimezone(cases.zone(session, case.institution_id)).date()
        late = row.state == "raised" and row.due_day is not None and today > row.due_day
        if row.state != "answered" and not late:
            raise Refused("not_now", action="conclude_supervision", state=row.state)
        needs(text=text)
        row.state, row.conclusion = "founded" if founded else "unfounded", text.strip()
        row.concluded_by, row.concluded_at = actor.person_id, now
        facts = {"row": row.id, "result": row.state, "misconduct": row.misconduct}
        cases.record(session, case, "supervision_concluded", actor, now, role=min(may), facts=facts)


def _may(session: Session, case: Case, actor: Actor) -> frozenset[Role]:
    may = supervisors(cases.regime(session, case)) & cases.roles(session, case, actor)
    if not may:
        raise Refused("not_yours", action="supervise")
    return may


def _order(session: Session, case: Case, row: Supervision, actor: Actor, now: dt.datetime, order: Order) -> None:
    rule = cases.regime(session, case).supervision
    if rule is None or order.misconduct not in {one.code for one in rule.misconducts}:
        raise Refused("missing", field="misconduct")
    if not order.unit_id and not order.person_id:
        raise Refused("missing", field="unit_id")
    findings.subject(session, case.institution_id, actor, person_id=order.person_id, unit_id=order.unit_id)
    needs(wanted=order.wanted)
    today = now.astimezone(cases.zone(session, case.institution_id)).date()
    if order.due_day < today or (order.due_day - today).days > LONGEST:
        raise Refused("past_day" if order.due_day < today else "too_far", field="due_day", days=LONGEST)
    row.misconduct, row.wanted, row.due_day, row.state = order.misconduct, order.wanted.strip(), order.due_day, "raised"
    row.unit_id, row.person_id = order.unit_id or None, order.person_id or None
    row.raised_by, row.raised_at = actor.person_id, now


def _told(session: Session, case: Case, row: Supervision, actor: Actor, now: dt.datetime, may: frozenset[Role]) -> None:
    facts = {"row": row.id, "misconduct": row.misconduct}
    cases.record(session, case, "supervision_raised", actor, now, role=min(may), facts=facts)
    people = [row.person_id] if row.person_id else []
    if not people:
        heads = select(Grant.person_id).where(Grant.unit_id == row.unit_id, Grant.role.in_(list(map(str, SPEAKS_FOR))))
        people = list(session.scalars(select(Person.id).where(Person.id.in_(heads), Person.active)))
    for person_id in people:
        letter = _letter(row, "supervision_raised", "person", now)
        letter.facts = {"person": person_id}
        session.add(letter)


def _letter(row: Supervision, notice: str, audience: str, now: dt.datetime) -> OutboxRow:
    return OutboxRow(
        institution_id=row.institution_id, notice=notice, audience=audience, not_before=now, created_at=now
    )


def _lock(
    session: Session, supervision_id: int, actor: Actor, state: str | None, version: int | None
) -> tuple[Case, Supervision, frozenset[Role]]:
    found = session.get(Supervision, supervision_id)
    if found is None or found.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    case = cases.lock(session, found.case_id)
    may = _may(session, case, actor)
    row = _fresh(session, supervision_id, version)
    findings.apart(actor, person_id=row.person_id, unit_id=row.unit_id)
    if state is not None and row.state != state:
        raise Refused("not_now", action="supervise", state=row.state)
    return case, row, may


def _fresh(session: Session, supervision_id: int, version: int | None) -> Supervision:
    query = select(Supervision).where(Supervision.id == supervision_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if version is not None and version != row.version:
        raise Refused("stale", version=row.version)
    return row
