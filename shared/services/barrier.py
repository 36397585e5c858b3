"""The conflict barrier in the database: one condition for every list, one check for every act (R4.06)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.db import unindexed
from shared.domain.errors import Refused
from shared.domain.visibility import Actor, Barred, may_see_case
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.person import Grant


def barred_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition that a row of `case_bar` is about this person or a unit that the person works in."""
    return or_(CaseBar.person_id == actor.person_id, CaseBar.unit_id.in_({h.unit_id for h in actor.held}))


def open_to(actor: Actor, case_id: InstrumentedAttribute[int] = Case.id) -> ColumnElement[bool]:
    """The condition that the case isn't about the person, for every list, count and search."""
    if actor.as_role is not None:
        return true()
    return case_id.not_in(closed_to(actor))


def closed_to(actor: Actor) -> Select[int]:
    """The numbers of the cases that are about the person."""
    return select(CaseBar.case_id).where(barred_cases(actor))


def case_for(session: Session, case_id: int, actor: Actor) -> Case:
    """The case as somebody of the office may open it; raises Refused('no_such_case') where it isn't theirs to see."""
    case = session.scalar(select(Case).where(Case.id == case_id, open_to(actor)))
    if case is None or not may_see_case(actor, case.institution_id):
        raise Refused("no_such_case")
    return case


_OWN_UNITS = select(Grant.unit_id).where(Grant.person_id == bindparam("me"))
OPEN = Case.id.not_in(
    select(CaseBar.case_id).where(or_(CaseBar.person_id == bindparam("me"), CaseBar.unit_id.in_(_OWN_UNITS)))
)
"""`open_to` for statements that are written once; `facts` fills it in."""


def facts(actor: Actor) -> dict[str, Any]:
    """Who the person is, for a statement with `OPEN`."""
    return {"me": actor.person_id}


def of(session: Session, case_id: int) -> Barred:
    """Who is barred from a case."""
    rows = session.execute(select(CaseBar.unit_id, CaseBar.person_id).where(CaseBar.case_id == case_id)).all()
    return Barred(
        frozenset(unit for unit, _ in rows if unit is not None),
        frozenset(person for _, person in rows if person is not None),
    )


def stop(session: Session, case_id: int, actor: Actor) -> None:
    """Raises Refused('no_such_case'), as for any case that isn't there, where the case is about the person."""
    if actor.as_role is None and of(session, case_id).stops(actor):
        raise Refused("no_such_case")


def refuse_unit(session: Session, case_id: int, unit_ids: Collection[int]) -> None:
    """Raises Refused('unit_barred') where one of the units is barred from the case."""
    if set(unit_ids) & of(session, case_id).units:
        raise Refused("unit_barred", field="unit_id")


def refuse_person(session: Session, case_id: int, person_id: int) -> None:
    """Raises Refused('person_barred') where the person, or a unit that the person works in, is barred."""
    found = of(session, case_id)
    units = set(session.scalars(select(Grant.unit_id).where(Grant.person_id == person_id)))
    if person_id in found.people or units & found.units:
        raise Refused("person_barred", field="person_id")


HIDDEN: Select[str, int] = (
    select(literal("state:", String()) + Case.state, -func.count())
    .where(unindexed(Case.institution_id) == bindparam("here"), ~OPEN)
    .group_by(Case.state)
)
"""How many cases of each state are kept from the person, below zero, under the names of their counters."""
