"""What the three administrators read: accounts, roles, units and their own record. No case is read here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, SlipState
from shared.domain.visibility import Actor, need_sight
from shared.models.admin_act import AdminAct
from shared.models.case import Case
from shared.models.person import Grant, Person, StaffSession
from shared.models.second_factor import Passkey
from shared.models.slip import EvidenceRequest, Slip
from shared.models.unit import Unit
from shared.services.admin_acts import KINDS
from shared.services.staff_sessions import FULL

PAGE = 50
DONE = (str(SlipState.HANDED_IN), str(SlipState.RETURNED), str(SlipState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the record."""

    id: int
    at: dt.datetime
    kind: str
    by: str
    whose: str
    unit: str
    role: str
    facts: dict[str, Any]


def acts(actor: Actor, *, kind: str = "", name: str = "", before: int | None = None) -> tuple[list[Act], int | None]:
    """A page of the record, newest first, and where the next begins; raises Refused('not_yours')."""
    need_sight(actor, "admin_acts")
    by, whose = aliased(Person), aliased(Person)
    query = (
        select(AdminAct, by.name, whose.name, Unit.name)
        .outerjoin(by, by.id == AdminAct.actor_id)
        .outerjoin(whose, whose.id == AdminAct.person_id)
        .outerjoin(Unit, Unit.id == AdminAct.unit_id)
        .where(AdminAct.institution_id == actor.institution_id)
        .order_by(AdminAct.id.desc())
        .limit(PAGE + 1)
    )
    if kind in KINDS:
        query = query.where(AdminAct.kind == kind)
    if name:
        query = query.where(by.name.contains(name, autoescape=True) | whose.name.contains(name, autoescape=True))
    if before is not None:
        query = query.where(AdminAct.id < before)
    with reading() as session:
        rows = [
            Act(a.id, a.at, a.kind, one or "", other or "", unit or "", a.role, a.facts)
            for a, one, other, unit in session.execute(query)
        ]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its administrators see it."""

    person: Person
    strong: bool
    """Has a second factor."""
    sessions: int


def accounts(actor: Actor) -> list[Account]:
    """Every account of the institution with its roles; raises Refused('not_yours')."""
    need_sight(actor, "accounts")
    with reading() as session:
        return _accounts(session, actor)


def account(actor: Actor, person_id: int) -> Account:
    """One account; raises Refused('not_yours') or Refused('no_such_case')."""
    need_sight(actor, "accounts")
    with reading() as session:
        found = _accounts(session, actor, person_id)
    if not found:
        raise Refused("no_such_case")
    return found[0]


def _accounts(session: Session, actor: Actor, person_id: int | None = None) -> list[Account]:
    keys = select(Passkey.id).where(Passkey.person_id == Person.id).exists()
    opened = select(func.count()).where(StaffSession.person_id == Person.id, StaffSession.stage == FULL)
    query = (
        select(Person, or_(Person.second_factor.is_not(None), keys), opened.scalar_subquery())
        .where(Person.institution_id == actor.institution_id)
        .options(joinedload(Person.grants).joinedload(Grant.unit))
        .order_by(Person.active.desc(), Person.id)
    )
    if person_id is not None:
        query = query.where(Person.id == person_id)
    return [Account(p, strong, n) for p, strong, n in session.execute(query).unique()]


@dataclass(frozen=True, slots=True)
class Held:
    """What hangs on a person: how much, never what. Empty counts are left out."""

    investigations: int
    units: list[tuple[str, str, int]]
    """(unit, role, open slips) for which nobody else active holds the role."""

    def __bool__(self) -> bool:
        return bool(self.investigations or self.units)


def held_by(session: Session, person_id: int, *, role: str = "", unit_id: int = 0) -> Held:
    """What would be without anybody if this account were closed, or if this one post were taken away."""
    mine = select(func.count()).where(Case.handler_id == person_id, Case.is_open)
    held = select(Grant).options(joinedload(Grant.unit)).where(Grant.person_id == person_id).order_by(Grant.id)
    if role:
        held = held.where(Grant.role == role, Grant.unit_id == unit_id)
        mine = mine.where(literal(role) == str(Role.INVESTIGATOR))
    left = []
    for grant in session.scalars(held).all():
        others = select(Grant.id).join(Person, Person.id == Grant.person_id)
        others = others.where(Grant.unit_id == grant.unit_id, Grant.role == grant.role, Person.active)
        if session.scalar(others.where(Grant.person_id != person_id).limit(1)) is None:
            waiting = open_slips(session, grant.unit_id)
            left += [(grant.unit.name, grant.role, waiting)] if waiting or grant.unit.kind == "office" else []
    return Held(session.scalar(mine) or 0, left)


def open_slips(session: Session, unit_id: int) -> int:
    """How many slips and requests for material a unit still has in hand."""
    where = or_(Slip.unit_id == unit_id, Slip.section_id == unit_id), Slip.state.not_in(DONE)
    asked = select(func.count()).where(EvidenceRequest.unit_id == unit_id, EvidenceRequest.given_at.is_(None))
    return (session.scalar(select(func.count(Slip.id)).where(*where)) or 0) + (session.scalar(asked) or 0)


def holdings(actor: Actor, person_id: int, *, role: str = "", unit_id: int = 0) -> Held:
    """`held_by` for the pages that close an account or take a post away; raises as `account`."""
    account(actor, person_id)
    with reading() as session:
        return held_by(session, person_id, role=role, unit_id=unit_id)


def units(actor: Actor) -> list[Unit]:
    """The institution's units, sections under theirs; raises Refused('not_yours')."""
    need_sight(actor, "accounts")
    with reading() as session:
        rows = session.scalars(select(Unit).where(Unit.institution_id == actor.institution_id).order_by(Unit.id)).all()
    tops = [u for u in rows if u.parent_id is None]
    return [one for top in tops for one in (top, *(u for u in rows if u.parent_id == top.id))]
