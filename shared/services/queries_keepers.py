"""Who looks after a case now, who of them is away, and who stands in (R9.02)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from shared.db import reading
from shared.domain.keepers import ANSWERING, office_keeps, unit_keeps
from shared.domain.lifecycle import Role, SlipState, State
from shared.domain.visibility import Actor
from shared.models.absence import Absence
from shared.models.case import Case
from shared.models.person import Grant, Person
from shared.models.slip import Slip
from shared.services import barrier, cases
from shared.services.recipients import running


@dataclass(frozen=True, slots=True)
class Keeper:
    """One person who has the case in hand, in which role; the days away and the deputy's name, where there are any."""

    name: str
    role: str
    from_day: dt.date | None
    to_day: dt.date | None
    deputy: str


def keepers(case_id: int, actor: Actor, now: dt.datetime) -> list[Keeper]:
    """Who goes on with an open case; nobody for one that has ended. Raises Refused('no_such_case')."""
    with reading() as session:
        case = barrier.case_for(session, case_id, actor)
        if not case.is_open:
            return []
        who = _who(session, case)
        if who is None:
            return []
        deputy = aliased(Person)
        today = now.astimezone(cases.zone(session, case.institution_id)).date()
        query = (
            select(Person.name, Grant.role, Absence.from_day, Absence.to_day, deputy.name)
            .join(Grant, Grant.person_id == Person.id)
            .outerjoin(Absence, and_(Absence.person_id == Person.id, *running(today)))
            .outerjoin(deputy, deputy.id == Absence.deputy_id)
            .where(Person.institution_id == case.institution_id, Person.active, who)
            .distinct()
        )
        rows = session.execute(query.order_by(Grant.role, Person.name))
        return [Keeper(name, role, first, last, stands_in or "") for name, role, first, last, stands_in in rows]


def _who(session: Session, case: Case) -> ColumnElement[bool] | None:
    """The condition on person and post of whoever has the case in hand."""
    if case.handler_id is not None:
        return and_(Person.id == case.handler_id, Grant.role == str(Role.INVESTIGATOR))
    roles = office_keeps(State(case.state), cases.regime(session, case).routes)
    if roles:
        return Grant.role.in_(sorted(roles))
    newest = select(Slip).where(Slip.case_id == case.id).order_by(Slip.id.desc()).limit(1)
    slip = session.scalar(newest)
    if slip is None:
        return None
    if slip.state == SlipState.RETURN_ASKED:
        return Grant.role.in_(sorted(ANSWERING))
    roles = unit_keeps(SlipState(slip.state), sectioned=slip.section_id is not None)
    places = [slip.section_id] if slip.section_id is not None and Role.HANDLER in roles else [slip.unit_id]
    return and_(Grant.role.in_(sorted(roles)), Grant.unit_id.in_(places)) if roles else None
