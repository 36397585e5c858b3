"""What pages show of corrective and preventive action: the office its own, a unit what is addressed to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, or_, select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain import capa
from shared.domain.capa import ActionState
from shared.domain.errors import Refused
from shared.domain.lifecycle import OFFICE_ROLES, UNIT_ROLES, Role
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, Place, at_home, may_see, need_sight, roles_on
from shared.models.case import Case
from shared.models.corrective import ActionReport, CorrectiveAction
from shared.models.institution import Institution
from shared.models.person import Person
from shared.models.unit import OFFICE, Unit
from shared.services import barrier, queries_queue, search
from shared.services.queries_case import units_of
from shared.services.regimes import regime_of

PAGE = 25
MOST_FOUND = 1000
VIEWS = ("open", "late", "done", "ended", "all")


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action with what was reported of it; of its case the register number alone."""

    action: CorrectiveAction
    unit: Unit
    institution: Institution
    regime: Regime
    register_no: str
    reports: list[ActionReport]
    people: dict[int, str]
    roles: frozenset[Role]
    in_office: bool
    steps: list[str]
    today: dt.date

    @property
    def last(self) -> ActionReport | None:
        """The newest report."""
        return self.reports[-1] if self.reports else None

    @property
    def late(self) -> bool:
        """Whether the planned day has passed."""
        return capa.overdue(self.action.state, self.action.planned_day, self.today)


@dataclass(frozen=True, slots=True)
class CaseActions:
    """The actions of a case, as the office sees them, and what may be ordered."""

    case: Case
    regime: Regime
    rows: list[Row[tuple[CorrectiveAction, str]]]
    units: list[Unit]
    may_order: bool
    today: dt.date


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for."""

    view: str = "open"
    kind: str = ""
    unit: int | None = None
    words: str = ""
    before: int | None = None


def action_view(action_id: int, actor: Actor, now: dt.datetime) -> ActionView:
    """The action; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        row = session.execute(
            select(CorrectiveAction, Unit, Institution, Case.register_no)
            .join(Unit, Unit.id == CorrectiveAction.unit_id)
            .join(Institution, Institution.id == CorrectiveAction.institution_id)
            .outerjoin(Case, Case.id == CorrectiveAction.case_id)
            .where(CorrectiveAction.id == action_id, open_to(actor))
        ).one_or_none()
        if row is None or not may_see(actor, "corrective", Place(row[0].institution_id, {row[0].unit_id})):
            raise Refused("no_such_case")
        action, unit, institution, register_no = row
        book = regime_of(session, action.regime_version_id)
        held = roles_on(actor, institution.id, {unit.id})
        of_it = select(ActionReport).where(ActionReport.action_id == action_id).order_by(ActionReport.round)
        reports = list(session.scalars(of_it))
        return ActionView(
            action=action,
            unit=unit,
            institution=institution,
            regime=book,
            register_no=register_no or "",
            reports=reports,
            people=_people(session, action, reports),
            roles=held,
            in_office=actor.in_office,
            steps=capa.steps(ActionState(action.state), held, book, in_office=unit.kind == OFFICE),
            today=queries_queue.local_day(actor, now),
        )


def of_case(case_id: int, actor: Actor, now: dt.datetime) -> CaseActions:
    """Every action of a case; raises Refused('no_such_case') where the case isn't the actor's to see."""
    with reading() as session:
        case = barrier.case_for(session, case_id, actor)
        book = regime_of(session, case.regime_version_id)
        barred = barrier.of(session, case.id).units
        units = [u for u in units_of(session, case.institution_id).values() if u.active and u.id not in barred]
        rows = session.execute(_rows().where(CorrectiveAction.case_id == case_id).order_by(CorrectiveAction.id)).all()
        may_order = bool(roles_on(actor, case.institution_id, ()) & capa.orderers(book)) and case.state in capa.HEARD
        today = queries_queue.local_day(actor, now)
        return CaseActions(case, book, list(rows), units, may_order and book.capa is not None, today)


def of_slip(case_id: int, unit_ids: set[int]) -> list[CorrectiveAction]:
    """What was ordered of these units because of a case, without what was taken back; oldest first."""
    wanted = and_(CorrectiveAction.case_id == case_id, CorrectiveAction.unit_id.in_(unit_ids))
    with reading() as session:
        query = select(CorrectiveAction).where(wanted, CorrectiveAction.state != str(ActionState.CANCELLED))
        return list(session.scalars(query.order_by(CorrectiveAction.id)))


def units_at(actor: Actor) -> list[Unit]:
    """The units that something can be addressed to."""
    with reading() as session:
        return [u for u in units_of(session, actor.institution_id or 0).values() if u.active]


def listed(
    actor: Actor, asked: Asked, now: dt.datetime
) -> tuple[list[Row[tuple[CorrectiveAction, str, str | None]]], int]:
    """A page of actions, newest first, and the number from which the next page goes on (0: there is none).

    A unit's people get what is addressed to their unit, and find it by its number alone.
    Raises Refused('not_yours').
    """
    if not actor.roles & UNIT_ROLES:
        need_sight(actor, "corrective")
    query = _rows().add_columns(Case.register_no).outerjoin(Case, Case.id == CorrectiveAction.case_id)
    query = query.where(CorrectiveAction.institution_id == actor.institution_id, mine(actor), open_to(actor))
    query = query.where(*_of_view(asked.view, queries_queue.local_day(actor, now)))
    if asked.kind:
        query = query.where(CorrectiveAction.kind == asked.kind)
    if asked.unit:
        query = query.where(CorrectiveAction.unit_id == asked.unit)
    if asked.before:
        query = query.where(CorrectiveAction.id < asked.before)
    with reading() as session:
        if asked.words:
            query = query.where(_holds(session, actor, asked.words))
        rows = session.execute(query.order_by(CorrectiveAction.id.desc()).limit(PAGE + 1)).all()
    more = len(rows) > PAGE
    return list(rows[:PAGE]), rows[PAGE - 1][0].id if more else 0


def waiting(session: Session, actor: Actor, today: dt.date, most: int) -> dict[str, list[CorrectiveAction]]:
    """What waits for this person: `improve` at the unit, `verify_capa` and `late_capa` in the office."""
    found = {}
    if units := actor.units_as(*UNIT_ROLES):
        found["improve"] = _waiting(session, actor, most, CorrectiveAction.unit_id.in_(units), *_of_view("open", today))
    if not actor.in_office:
        return found
    book = _book(session, actor)
    here = CorrectiveAction.institution_id == actor.institution_id
    if actor.roles & capa.verifiers(book):
        done = CorrectiveAction.state == str(ActionState.DONE)
        found["verify_capa"] = _waiting(session, actor, most, here, done)
    if actor.roles & (capa.orderers(book) | capa.verifiers(book)) and book.capa is not None:
        found["late_capa"] = _waiting(session, actor, most, here, *_of_view("late", today))
    return found


def mine(actor: Actor) -> ColumnElement[bool]:
    """The condition that an action is the actor's to see: all in the office, else what is addressed to the unit."""
    if actor.roles & OFFICE_ROLES:
        return CorrectiveAction.institution_id == actor.institution_id
    units = actor.units_as(*UNIT_ROLES)
    return CorrectiveAction.unit_id.in_(units) if units else false()


def open_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that the action is about no case that is about the person (R4.06)."""
    return or_(CorrectiveAction.case_id.is_(None), barrier.open_to(actor, CorrectiveAction.case_id))  # type: ignore[arg-type]  # a nullable key


def _waiting(session: Session, actor: Actor, most: int, *where: ColumnElement[bool]) -> list[CorrectiveAction]:
    query = select(CorrectiveAction).where(*where, open_to(actor))
    return list(session.scalars(query.order_by(CorrectiveAction.planned_day, CorrectiveAction.id).limit(most)))


def _book(session: Session, actor: Actor) -> Regime:
    return regime_of(session, queries_queue.place_of(actor).regime_version_id)


def _rows() -> Any:
    return select(CorrectiveAction, Unit.name).join(Unit, Unit.id == CorrectiveAction.unit_id)


def _of_view(view: str, today: dt.date) -> list[ColumnElement[bool]]:
    state = CorrectiveAction.state
    found: dict[str, list[ColumnElement[bool]]] = {
        "open": [state == str(ActionState.PLANNED)],
        "late": [state == str(ActionState.PLANNED), CorrectiveAction.planned_day < today],
        "done": [state == str(ActionState.DONE)],
        "ended": [state.in_([str(s) for s in capa.ENDED])],
    }
    return found.get(view, [])


def _holds(session: Session, actor: Actor, words: str) -> ColumnElement[bool]:
    """Found by its number; in the office by the words of its case too, or by its own where it has none (R1.07)."""
    found = [CorrectiveAction.number.contains(words, autoescape=True)]
    if may_see(actor, "queue", at_home(actor)):
        found.append(CorrectiveAction.id.in_(_alone(session, actor, words)))
        in_case = search.matches(session, actor.institution_id or 0, words)
        found += [in_case] if in_case is not None else []
    return or_(*found)


def _alone(session: Session, actor: Actor, words: str) -> list[int]:
    """The newest of those about no case that hold these words: no index knows them, so each is opened; they are few."""
    query = select(CorrectiveAction.id, CorrectiveAction.title, CorrectiveAction.text)
    query = query.where(CorrectiveAction.institution_id == actor.institution_id, CorrectiveAction.case_id.is_(None))
    wanted = words.casefold()
    rows = session.execute(query.order_by(CorrectiveAction.id.desc()))
    return [i for i, title, text in rows if wanted in title.casefold() or wanted in text.casefold()][:MOST_FOUND]


def _people(session: Session, action: CorrectiveAction, reports: list[ActionReport]) -> dict[int, str]:
    ids = {action.ordered_by, *(r.by_id for r in reports), *(r.verified_by for r in reports)} - {None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {person_id: name for person_id, name in rows}
