"""What the pages of the books beside a case read: the case's head, whom something can be about, findings, grounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from shared.db import reading
from shared.domain import ledger
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.vocabulary import BY_HAND, DEFAULTS
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.finding import Finding
from shared.models.person import Person
from shared.models.unit import HANDLING, OFFICE, Unit
from shared.services import barrier
from shared.services.ledger import standing
from shared.services.regimes import regime_of


@dataclass(frozen=True, slots=True)
class CaseHead:
    """A case as the pages of its books need it: its number, its rule book, what the reader is on it."""

    case: Case
    book: Regime
    held: frozenset[Role]

    def need(self, roles: frozenset[Role], action: str) -> None:
        """Raises Refused('not_yours') unless the reader has one of these roles."""
        if not roles & self.held:
            raise Refused("not_yours", action=action)


def case_head(case_id: int, actor: Actor) -> CaseHead:
    """The case for one of its books; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        case = barrier.case_for(session, case_id, actor)
        return CaseHead(case, regime_of(session, case.regime_version_id), roles_on(actor, case.institution_id, ()))


def whom(actor: Actor) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """People and units of the institution that something can be about, without the reader."""
    with reading() as session:
        people = select(Person.id, Person.name).where(
            Person.institution_id == actor.institution_id, Person.active, Person.id != actor.person_id
        )
        units = select(Unit.id, Unit.name).where(
            Unit.institution_id == actor.institution_id, Unit.kind != OFFICE, Unit.active
        )
        return (
            [(i, name) for i, name in session.execute(people.order_by(Person.id))],
            [(i, name) for i, name in session.execute(units.order_by(Unit.id))],
        )


def findings_of(case_id: int) -> list[tuple[Finding, str]]:
    """The findings of a case with whom they are about, oldest first."""
    with reading() as session:
        name = func.coalesce(Person.name, Unit.name, "")
        query = select(Finding, name).outerjoin(Person, Person.id == Finding.person_id)
        query = query.outerjoin(Unit, Unit.id == Finding.unit_id).where(Finding.case_id == case_id)
        return [(f, n) for f, n in session.execute(query.order_by(Finding.id))]


def proposable(case_id: int, book: Regime, now: dt.datetime) -> dict[str, bool]:
    """For each rule that a case can call for whether it does now."""
    with reading() as session:
        known = standing(session, session.get_one(Case, case_id), now)
    return {one.code: ledger.called_for(book, one, known) for one in book.penalties if one.kind != "ranking"}


def shops(actor: Actor) -> list[int]:
    """The units that handle complaints now: the shops of a chain (R24.04)."""
    with reading() as session:
        query = select(Unit.id).where(Unit.institution_id == actor.institution_id, Unit.kind == HANDLING, Unit.active)
        return list(session.scalars(query.order_by(Unit.id)))


def happened(case_id: int, book: Regime) -> list[tuple[Event, str]]:
    """What was written down or decided by silence, oldest first, with what the rule book says of the silence."""
    kinds = [*BY_HAND, *DEFAULTS, "reported_outside"]
    said = {rule.id: rule.default for rule in book.limits}
    with reading() as session:
        query = select(Event).where(Event.case_id == case_id, Event.kind.in_(kinds)).order_by(Event.seq)
        return [(e, said.get(e.facts.get("limit", ""), "")) for e in session.scalars(query)]


def clocks_of(case_id: int, book: Regime, kinds: set[str]) -> list[tuple[ClockRow, str]]:
    """The limits that began with one of these events, with their names."""
    names = {rule.id: rule.name for rule in book.limits if set(rule.starts) & kinds}
    with reading() as session:
        query = select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.limit_id.in_(names))
        return [(row, names[row.limit_id]) for row in session.scalars(query.order_by(ClockRow.id))]
