"""The office investigates itself (R5.06): an investigator is named, evidence is asked for and given."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.person import Grant, Person
from shared.models.slip import EvidenceRequest
from shared.models.unit import Unit
from shared.services import barrier, cases


def assign(case_id: int, actor: Actor, now: dt.datetime, *, person_id: int, version: int | None = None) -> None:
    """Gives the case to an investigator of the office; raises Refused('no_such_person')."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        able = (
            select(Person.id)
            .join(Grant, Grant.person_id == Person.id)
            .where(
                Person.id == person_id,
                Person.institution_id == case.institution_id,
                Person.active,
                Grant.role == str(Role.INVESTIGATOR),
            )
        )
        if session.scalar(able.limit(1)) is None:
            raise Refused("no_such_person", field="person_id")
        barrier.refuse_person(session, case.id, person_id)
        cases.act(session, case, "investigate", actor, now, facts={"person": person_id})
        case.handler_id = person_id


def ask_evidence(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    unit_id: int,
    wanted: str,
    due_day: dt.date,
    version: int | None = None,
) -> int:
    """Asks a unit to cooperate and give material by a day (R5.09).

    Raises Refused('missing', field), Refused('no_such_unit'), Refused('past_day').
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        needs(wanted=wanted)
        unit = session.get(Unit, unit_id)
        if unit is None or unit.institution_id != case.institution_id or unit.kind == "office":
            raise Refused("no_such_unit", field="unit_id")
        if due_day < now.astimezone(cases.zone(session, case.institution_id)).date():
            raise Refused("past_day", field="due_day")
        request = EvidenceRequest(
            case_id=case.id,
            unit_id=unit_id,
            wanted=wanted.strip(),
            due_day=due_day,
            asked_by=actor.person_id or 0,
            asked_at=now,
        )
        session.add(request)
        cases.act(session, case, "ask_evidence", actor, now, facts={"unit": unit_id})
        session.flush()
        return request.id


def give_evidence(request_id: int, actor: Actor, now: dt.datetime, *, given: str) -> None:
    """The unit gives what was asked for, once; raises Refused('missing', field='given'), Refused('not_now')."""
    with work() as session:
        request = session.get(EvidenceRequest, request_id)
        if request is None:
            raise Refused("no_such_case")
        case = cases.lock(session, request.case_id)
        needs(given=given)
        if request.given_at is not None:
            raise Refused("not_now", action="give_evidence", state="given")
        cases.act(session, case, "give_evidence", actor, now, units=[request.unit_id], facts={"unit": request.unit_id})
        request.given, request.given_by, request.given_at = given.strip(), actor.person_id, now
