"""What the pages of supervision read: the list, those of a case, one of them, and what somebody has to explain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.person import Person
from shared.models.slip import Slip
from shared.models.supervision import Supervision
from shared.models.unit import Unit
from shared.services import barrier
from shared.services.penalty_payments import SPEAKS_FOR
from shared.services.regimes import regime_of

SHOWN = 100
STATES = ("offered", "raised", "answered", "founded", "unfounded", "dropped")


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them as lists show it."""

    row: Supervision
    book: Regime
    person: str
    unit: str
    register_no: str

    @property
    def whom(self) -> str:
        """The person, or else the unit."""
        return self.person or self.unit

    @property
    def misconduct(self) -> str:
        """What it is about, in the rule book's words."""
        rule = self.book.supervision
        return next((m.name for m in rule.misconducts if m.code == self.row.misconduct), "") if rule else ""

    @property
    def limit(self) -> str:
        """The limit that ran out, where the sweep offered it."""
        found = self.book.limit(self.row.limit_id) if self.row.limit_id else None
        return found.name if found is not None else ""


def listed(actor: Actor, state: str = "") -> list[Entry]:
    """The institution's, newest first, without what is about the reader."""
    where = [Supervision.institution_id == actor.institution_id, *_open_to(actor)]
    where += [Supervision.state == state] if state in STATES else []
    with reading() as session:
        return _read(session, _entries().where(*where).order_by(Supervision.id.desc()).limit(SHOWN))


def of_case(case_id: int, actor: Actor) -> list[Entry]:
    """Those of a case, oldest first; whether the case is the reader's to see has been asked before."""
    with reading() as session:
        query = _entries().where(Supervision.case_id == case_id, *_open_to(actor))
        return _read(session, query.order_by(Supervision.id))


def one(supervision_id: int, actor: Actor) -> Entry:
    """One of them for the office; raises Refused('no_such_case')."""
    with reading() as session:
        own = [Supervision.institution_id == actor.institution_id, *_open_to(actor)]
        return _one(session, supervision_id, own)


def mine(actor: Actor) -> list[Entry]:
    """What the reader has to explain, for oneself or for the unit, newest first."""
    with reading() as session:
        return _read(session, _entries().where(*_concerns(actor)).order_by(Supervision.id.desc()).limit(SHOWN))


def to_explain(session: Session, actor: Actor, size: int) -> list[Entry]:
    """What the reader, or a unit that the reader speaks for, has not explained yet, the soonest day first."""
    query = _entries().where(*_concerns(actor), Supervision.state == "raised")
    return _read(session, query.order_by(Supervision.due_day, Supervision.id).limit(size))


def to_check(session: Session, actor: Actor, today: dt.date, size: int) -> list[Entry]:
    """What the supervising role takes up or concludes: offered, answered, or without an answer past its day."""
    late = and_(Supervision.state == "raised", Supervision.due_day < today)
    units = {h.unit_id for h in actor.held}
    apart = or_(Supervision.unit_id.is_(None), Supervision.unit_id.not_in(units))
    where = [Supervision.institution_id == actor.institution_id, *_open_to(actor), apart]
    query = _entries().where(*where, or_(Supervision.state.in_(["offered", "answered"]), late))
    return _read(session, query.order_by(Supervision.id).limit(size))


def own(supervision_id: int, actor: Actor) -> tuple[Entry, list[str]]:
    """One of them for whom it is about, with the numbers of the unit's slips: never the case."""
    with reading() as session:
        found = _one(session, supervision_id, _concerns(actor))
        units = [found.row.unit_id] if found.row.unit_id else [h.unit_id for h in actor.held]
        slips = select(Slip.number).where(Slip.case_id == found.row.case_id, Slip.unit_id.in_(units))
        return found, list(session.scalars(slips.where(barrier.open_to(actor, Slip.case_id)).order_by(Slip.id)))


def _entries() -> Select[Supervision, str, str, str, int]:
    person, unit = func.coalesce(Person.name, ""), func.coalesce(Unit.name, "")
    return (
        select(Supervision, person, unit, Case.register_no, Case.regime_version_id)
        .join(Case, Case.id == Supervision.case_id)
        .outerjoin(Person, Person.id == Supervision.person_id)
        .outerjoin(Unit, Unit.id == Supervision.unit_id)
    )


def _read(session: Session, query: Select[Supervision, str, str, str, int]) -> list[Entry]:
    rows = session.execute(query).all()
    books = {version: regime_of(session, version) for version in {r[4] for r in rows}}
    return [Entry(row, books[version], person, unit, number) for row, person, unit, number, version in rows]


def _one(session: Session, supervision_id: int, where: Iterable[ColumnElement[bool]]) -> Entry:
    found = _read(session, _entries().where(Supervision.id == supervision_id, *where))
    if not found:
        raise Refused("no_such_case")
    return found[0]


def _open_to(actor: Actor) -> list[ColumnElement[bool]]:
    others = or_(Supervision.person_id.is_(None), Supervision.person_id != actor.person_id)
    return [others, barrier.open_to(actor)]


def _concerns(actor: Actor) -> list[ColumnElement[bool]]:
    units = list(actor.units_as(*SPEAKS_FOR))
    unit = and_(Supervision.person_id.is_(None), Supervision.unit_id.in_(units))
    told = Supervision.state.not_in(["offered", "dropped"])
    return [
        Supervision.institution_id == actor.institution_id,
        told,
        or_(Supervision.person_id == actor.person_id, unit),
    ]
