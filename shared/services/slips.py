"""Transfer slips (转办单): issued by the office, signed for, returned, helped with, answered by the unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import lifecycle
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import SlipState
from shared.domain.numbering import paper_no
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.slip import CoHandling, Slip
from shared.models.unit import HANDLING, SECTION, Unit
from shared.services import barrier, case_fields, cases, counters
from shared.services.transfer_copies import order


def transfer(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    unit_id: int,
    points: str,
    text: str,
    co_units: list[int] | None = None,
    files: Collection[int] = (),
    sound: bool = False,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> int:
    """Issues a numbered slip to the lead unit, with the units named to help (R2.09); returns its id.

    `text` is the copy that the actor has compared with the original; of `files` flat copies are ordered.
    Raises Refused('missing', field), Refused('no_such_unit'), Refused('unit_barred'), Refused('sound_unheard'),
    Refused('needs_signature') for a confidential case, which `signatures` transfers.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        if case.mode == "confidential":  # promises 1.6: not by one person alone
            raise Refused("needs_signature")
        copy = Copy(unit_id, points, text, co_units or [], files, sound)
        slip = issue(session, case, actor.person_id or 0, now, copy)
        book = cases.regime(session, case)
        case_fields.keep(session, case, book, ("transfer",), fields, actor, now, slip_id=slip.id)
        cases.act(session, case, "transfer", actor, now, slip_id=slip.id, facts={"unit": unit_id}, to_unit=unit_id)
        return slip.id


class Copy(NamedTuple):
    """What goes to which units, compared with the original by whoever issues it."""

    unit_id: int
    points: str
    text: str
    co_units: Iterable[int]
    files: Collection[int]
    sound: bool


def issue(session: Session, case: Case, by_id: int, now: dt.datetime, copy: Copy) -> Slip:
    """The slip itself, by whoever compared the copy; the step of the case is the caller's. Raises as `transfer`."""
    needs(points=copy.points, text=copy.text)
    check_unit(session, case, copy.unit_id)
    institution = session.get_one(Institution, case.institution_id)
    year = now.astimezone(ZoneInfo(institution.time_zone)).year
    n = counters.next_no(session, case.institution_id, f"slip:{year}")
    slip = Slip(institution_id=case.institution_id, case_id=case.id, round=case.round, unit_id=copy.unit_id)
    slip.number, slip.state = paper_no(institution.slip_prefix, year, n), str(SlipState.ISSUED)
    slip.text, slip.points = copy.text.strip(), copy.points.strip()
    slip.issued_by = slip.confirmed_by = by_id
    slip.issued_at = slip.confirmed_at = now
    session.add(slip)
    session.flush()
    order(session, slip, copy.files, now, sound=copy.sound)
    for co_unit in dict.fromkeys(copy.co_units):
        check_unit(session, case, co_unit)
        if co_unit != copy.unit_id:
            agreed = {"state": "agreed", "reason": "", "asked_at": now, "decided_at": now}
            session.add(CoHandling(slip_id=slip.id, unit_id=co_unit, **agreed))
    session.flush()
    return slip


def lock(session: Session, slip_id: int, version: int | None = None) -> tuple[Slip, Case]:
    """The slip and its case, both locked, the case first; raises Refused('no_such_case') or Refused('stale')."""
    case_id = session.scalar(select(Slip.case_id).where(Slip.id == slip_id))
    if case_id is None:
        raise Refused("no_such_case")
    case = cases.lock(session, case_id)
    slip = session.scalars(
        select(Slip).where(Slip.id == slip_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if version is not None and version != slip.version:
        raise Refused("stale", version=slip.version)
    return slip, case


def act_slip(
    session: Session,
    slip: Slip,
    case: Case,
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    units: set[int] | None = None,
    facts: dict[str, Any] | None = None,
) -> Event:
    """Takes a step of the slip, and of the case where they go together: the only code that assigns `slip.state`.

    `units` are the units whose roles count, by default the lead unit and its section.
    Raises Refused('not_now'), Refused('not_yours') or Refused('no_such_case').
    """
    barrier.stop(session, case.id, actor)
    where = units if units is not None else holders(slip)
    held = roles_on(actor, case.institution_id, where)
    if not held:
        raise Refused("no_such_case")
    step = lifecycle.slip_step_of(action, SlipState(slip.state), held)
    if step.to is not None:
        slip.state = str(step.to)
    if step.case_action is not None:
        return cases.act(session, case, step.case_action, actor, now, units=where, slip_id=slip.id, facts=facts)
    return cases.record(
        session, case, step.event, actor, now, role=min(step.roles & held), slip_id=slip.id, facts=facts
    )


def holders(slip: Slip) -> set[int]:
    """The units that hold the slip: the lead unit and the section it gave it to."""
    return {slip.unit_id, *([slip.section_id] if slip.section_id else [])}


def sign(slip_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """Signs for the slip by name and time (R2.10); the right to return it runs from here (R2.12)."""
    with work() as session:
        slip, case = lock(session, slip_id, version)
        slip.signed_by, slip.signed_at = actor.person_id, now
        act_slip(session, slip, case, "sign", actor, now)


def withdraw(slip_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """The office takes a slip back that nobody has signed for; the time for the transfer runs on (R2.09).

    Raises Refused('not_now') once it is signed for.
    """
    with work() as session:
        slip, case = lock(session, slip_id, version)
        act_slip(session, slip, case, "withdraw_slip", actor, now)


def assign_section(
    slip_id: int, actor: Actor, now: dt.datetime, *, section_id: int, version: int | None = None
) -> None:
    """The unit's leader names the section that handles it, or the unit itself (R2.11).

    Raises Refused('no_such_unit') when it is neither.
    """
    with work() as session:
        slip, case = lock(session, slip_id, version)
        act_slip(session, slip, case, "assign_section", actor, now, facts={"unit": section_id})
        section = session.get(Unit, section_id)
        own = section is not None and (
            section.id == slip.unit_id or (section.parent_id == slip.unit_id and section.kind == SECTION)
        )
        if not own:
            raise Refused("no_such_unit", field="section_id")
        slip.section_id, slip.section_by = section_id, actor.person_id


def ask_return(
    slip_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    reason: str,
    unit_id: int | None = None,
    version: int | None = None,
) -> None:
    """Applies to give the slip back, within one working day of signing for it (R2.12).

    Raises Refused('missing', field='reason'), Refused('return_too_late', until) afterwards.
    """
    with work() as session:
        slip, case = lock(session, slip_id, version)
        needs(reason=reason)
        right = session.scalar(
            select(ClockRow)
            .where(ClockRow.case_id == case.id, ClockRow.slip_id == slip.id, ClockRow.limit_id == "return")
            .order_by(ClockRow.start_seq.desc())
            .limit(1)
        )
        if right is not None and now > right.due_at:
            raise Refused("return_too_late", until=right.due_day)
        if unit_id is not None:
            check_unit(session, case, unit_id)
        slip.return_reason, slip.return_unit_id, slip.return_comment = reason.strip(), unit_id, ""
        act_slip(session, slip, case, "ask_return", actor, now)


def decide_return(
    slip_id: int, actor: Actor, now: dt.datetime, *, granted: bool, comment: str, version: int | None = None
) -> None:
    """The office decides the application (R2.12); a refusal needs a comment: Refused('missing', field='comment')."""
    with work() as session:
        slip, case = lock(session, slip_id, version)
        if not granted:
            needs(comment=comment)
        slip.return_comment = comment.strip()
        act_slip(session, slip, case, "grant_return" if granted else "deny_return", actor, now)


def ask_help(
    slip_id: int, actor: Actor, now: dt.datetime, *, unit_id: int, reason: str, version: int | None = None
) -> None:
    """Names a unit whose help is needed, and why (R2.13); the office coordinates.

    Raises Refused('missing', field), Refused('no_such_unit'), Refused('asked_before').
    """
    with work() as session:
        slip, case = lock(session, slip_id, version)
        needs(reason=reason)
        check_unit(session, case, unit_id)
        if unit_id == slip.unit_id:
            raise Refused("no_such_unit", field="unit_id")
        if session.scalar(select(CoHandling.id).where(CoHandling.slip_id == slip_id, CoHandling.unit_id == unit_id)):
            raise Refused("asked_before")
        session.add(CoHandling(slip_id=slip.id, unit_id=unit_id, state="asked", reason=reason.strip(), asked_at=now))
        act_slip(session, slip, case, "ask_help", actor, now, facts={"unit": unit_id})


def cancel_open(session: Session, case: Case) -> None:
    """Takes back the slips that are still with a unit, because the case has ended."""
    ended = {str(s) for s in (SlipState.HANDED_IN, SlipState.RETURNED, SlipState.WITHDRAWN, SlipState.CANCELLED)}
    for slip in session.scalars(select(Slip).where(Slip.case_id == case.id, Slip.state.not_in(ended))):
        slip.state = str(SlipState.CANCELLED)


def check_unit(session: Session, case: Case, unit_id: int) -> Unit:
    """The unit, if a slip may go there; raises Refused('no_such_unit') or Refused('unit_barred')."""
    unit = session.get(Unit, unit_id)
    if unit is None or unit.institution_id != case.institution_id or unit.kind != HANDLING or not unit.active:
        raise Refused("no_such_unit", field="unit_id")
    barrier.refuse_unit(session, case.id, {unit.id})
    return unit
