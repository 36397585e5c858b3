"""Ordering corrective and preventive action: because of a case, without one, or as a unit's own measure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import capa
from shared.domain.capa import ActionState, Kind
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role, State
from shared.domain.numbering import action_prefix, paper_no
from shared.domain.regimes import Regime
from shared.domain.visibility import DONE_BY, Actor, roles_on
from shared.models.case import Case
from shared.models.corrective import CorrectiveAction
from shared.models.institution import Institution
from shared.models.slip import CoHandling, Slip
from shared.models.unit import OFFICE, Unit
from shared.services import barrier, cases, corrective_notices, counters, search, slips
from shared.services.regimes import regime_of

TAKEN_BACK = ("returned", "withdrawn", "cancelled")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, by whom, until when."""

    kind: str
    unit_id: int
    title: str
    text: str
    planned_day: dt.date | None = None
    owner: str = ""
    participants: str = ""


def order_for_case(case_id: int, actor: Actor, now: dt.datetime, order: Order, *, version: int | None = None) -> int:
    """Orders an action because of a case (R1.06, R10.12); returns its id.

    Raises Refused('not_yours'), Refused('not_now'), Refused('missing', field), Refused('past_day'),
    Refused('no_such_unit'), Refused('unit_barred'), Refused('needs_signature') where a confidential case would
    reach a further unit.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        book = cases.regime(session, case)
        held = cases.roles(session, case, actor) & capa.orderers(book)
        if not held:
            raise Refused("not_yours", action="order_capa")
        if State(case.state) not in capa.HEARD:
            raise Refused("not_now", action="order_capa", state=case.state)
        unit = _unit(session, case.institution_id, order.unit_id)
        barrier.refuse_unit(session, case.id, {unit.id})
        if case.mode == "confidential" and unit.kind != OFFICE and unit.id not in _knowing(session, case.id):
            raise Refused("needs_signature")  # promises 1.6: it goes to a further unit by two
        return _ordered(session, book, order, actor, now, min(held), case=case, kinds=capa.kinds(book))


def order_alone(actor: Actor, now: dt.datetime, order: Order) -> int:
    """Orders an action that no single complaint asks for (R7.07, R12.12, R15.10); returns its id. Raises as above."""
    with work() as session:
        place = session.get_one(Institution, actor.institution_id)
        book = regime_of(session, place.regime_version_id)
        held = roles_on(actor, place.id, ()) & capa.orderers(book)
        if not held:
            raise Refused("not_yours", action="order_capa")
        _unit(session, place.id, order.unit_id)
        return _ordered(session, book, order, actor, now, min(held), case=None, kinds=capa.kinds(book, alone=True))


def plan_own(slip_id: int, actor: Actor, now: dt.datetime, order: Order) -> int:
    """A unit plans a measure in the case that it handles (R1.06: 班组); returns its id. Raises as above."""
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        barrier.stop(session, case.id, actor)
        held = roles_on(actor, case.institution_id, slips.holders(slip)) & DONE_BY["plan_measure"]
        if not held:
            raise Refused("no_such_case" if not actor.in_office else "not_yours", action="plan_measure")
        if slip.state != "signed":
            raise Refused("not_now", action="plan_measure", state=slip.state)
        book = cases.regime(session, case)
        kinds = capa.kinds(book, by_unit=True)
        return _ordered(session, book, order, actor, now, min(held), case=case, kinds=kinds)


def _ordered(
    session: Session,
    book: Regime,
    order: Order,
    actor: Actor,
    now: dt.datetime,
    role: Role,
    *,
    case: Case | None,
    kinds: list[Kind],
) -> int:
    capa.rule(book)
    if order.kind not in kinds:
        raise Refused("missing", field="action_kind")
    kind = Kind(order.kind)
    needs(title=order.title, text=order.text)
    if capa.needs_people(book, kind):
        needs(participants=order.participants)
    place = session.get_one(Institution, actor.institution_id)
    today = now.astimezone(ZoneInfo(place.time_zone)).date()
    check_day(book, kind, order.planned_day, today)
    n = counters.next_no(session, place.id, f"action:{today.year}")
    action = CorrectiveAction(institution_id=place.id, case_id=case.id if case else None, kind=str(kind))
    action.regime_version_id = case.regime_version_id if case else place.regime_version_id
    action.number, action.state = paper_no(action_prefix(place.register_prefix), today.year, n), ActionState.PLANNED
    action.unit_id, action.planned_day = order.unit_id, order.planned_day
    action.title, action.text = order.title.strip(), order.text.strip()
    action.owner, action.participants = order.owner.strip(), order.participants.strip()
    action.ordered_by, action.ordered_role, action.ordered_at = actor.person_id or 0, str(role), now
    if case is None:
        session.add(action)
        session.flush()
    else:
        search.add_action(session, case, action)
    announce(session, case, action, actor, now, role)
    return action.id


def announce(
    session: Session, case: Case | None, action: CorrectiveAction, actor: Actor, now: dt.datetime, role: Role
) -> None:
    """An order in the case's story; its limit runs to the last day of all that are open."""
    if case is not None:
        session.flush()
        days = open_days(session, case.id)
        until = max((day for day in days if day), default=None)
        more = {"until": until.isoformat()} if until else {}
        tell_case(session, case, "capa_ordered", action, actor, now, role, **more)
    corrective_notices.ordered(session, action, now)


def tell_case(
    session: Session,
    case: Case,
    kind: str,
    action: CorrectiveAction,
    actor: Actor,
    now: dt.datetime,
    role: Role,
    **more: Any,
) -> None:
    """Writes what happened into the case's story."""
    facts = {"unit": action.unit_id, "action": action.number, **more}
    cases.record(session, case, kind, actor, now, role=role, facts=facts)


def open_days(session: Session, case_id: int) -> list[dt.date | None]:
    """The planned days of all that is still open in a case."""
    query = select(CorrectiveAction.planned_day).where(
        CorrectiveAction.case_id == case_id, CorrectiveAction.state == str(ActionState.PLANNED)
    )
    return list(session.scalars(query))


def check_day(book: Regime, kind: Kind, day: dt.date | None, today: dt.date) -> None:
    """Raises Refused('missing', field='planned_day') or Refused('past_day')."""
    if day is None and capa.needs_day(book, kind):
        raise Refused("missing", field="planned_day")
    if day is not None and day < today:
        raise Refused("past_day", field="planned_day")


def _unit(session: Session, institution_id: int, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None or unit.institution_id != institution_id or not unit.active:
        raise Refused("no_such_unit", field="unit_id")
    return unit


def _knowing(session: Session, case_id: int) -> set[int]:
    """The units that hold a slip of the case or help with one."""
    sent = session.scalars(select(Slip).where(Slip.case_id == case_id, Slip.state.not_in(TAKEN_BACK))).all()
    agreed = CoHandling.slip_id.in_({s.id for s in sent}), CoHandling.state.in_(["agreed", "done"])
    return {u for s in sent for u in slips.holders(s)} | set(session.scalars(select(CoHandling.unit_id).where(*agreed)))
