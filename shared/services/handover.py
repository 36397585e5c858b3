"""To whom open work goes when somebody loses a role or leaves: nobody's case is left with a person without access."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.person import Grant, Person
from shared.services import barrier, cases
from shared.services.admin_acts import note
from shared.services.queries_queue import STILL_OPEN


def successors(actor: Actor, person_id: int, *, everybody: bool = False) -> list[tuple[int, str]]:
    """Who else investigates and could take the cases over; with `everybody`, whoever could be given the post."""
    with reading() as session:
        if not everybody:
            return [(p.id, p.name) for p in _investigators(session, actor, person_id)]
        admins = select(Grant.person_id).where(Grant.role.in_(sorted(ADMIN_ROLES)))
        others = (Person.institution_id == actor.institution_id, Person.active, Person.id != person_id)
        query = select(Person).where(*others, Person.id.not_in(admins)).order_by(Person.id)
        return [(p.id, p.name) for p in session.scalars(query)]


def _investigators(session: Session, actor: Actor, person_id: int) -> list[Person]:
    query = select(Person).join(Grant, Grant.person_id == Person.id).where(Grant.role == str(Role.INVESTIGATOR))
    others = (Person.institution_id == actor.institution_id, Person.active, Person.id != person_id)
    return list(session.scalars(query.where(*others).order_by(Person.id)).unique())


def open_cases(session: Session, person_id: int) -> list[int]:
    """The open cases that the person investigates."""
    return list(session.scalars(select(Case.id).where(Case.handler_id == person_id, STILL_OPEN).order_by(Case.id)))


def give(session: Session, actor: Actor, person_id: int, to: int, now: dt.datetime) -> int:
    """Gives the open investigations to another, each with an event; returns how many stay without anybody.

    A case that the other is barred from stays for the chief to give to somebody. `to` 0: nobody takes them over.
    Raises Refused('no_such_person').
    """
    mine = open_cases(session, person_id)
    if not mine or not to:
        return len(mine)
    if to not in {p.id for p in _investigators(session, actor, person_id)}:
        raise Refused("no_such_person", field="to")
    left = 0
    for case_id in mine:
        case = cases.lock(session, case_id)
        try:
            barrier.refuse_person(session, case_id, to)
        except Refused:
            left += 1
            continue
        case.handler_id = to
        role = min(actor.roles)
        cases.record(session, case, "handed_over", actor, now, role=role, facts={"from": person_id, "person": to})
    facts = {"cases": len(mine) - left, "left": left, "to": to}
    note(session, actor, now, "work_handed_over", person_id=person_id, facts=facts)
    return left
