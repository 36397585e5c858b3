"""Corrective and preventive action: reported, verified, ordered once more or taken back; nothing is renamed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import capa
from shared.domain.capa import ActionState, Kind
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.corrective import ActionReport, CorrectiveAction
from shared.models.unit import OFFICE, Unit
from shared.services import barrier, cases, corrective_notices
from shared.services.corrective_orders import announce, check_day, open_days, tell_case
from shared.services.regimes import regime_of


def report(
    action_id: int, actor: Actor, now: dt.datetime, *, text: str, done_day: dt.date, version: int | None = None
) -> None:
    """The unit reports what it has done (R10.12: 整改报告); raises Refused('missing', field), Refused('future_day')."""
    with work() as session:
        action, case, book, role = _step(session, action_id, actor, "report", version)
        needs(text=text)
        if done_day > _today(session, action, now):
            raise Refused("future_day", field="done_day")
        session.add(
            ActionReport(
                action_id=action.id,
                case_id=action.case_id,
                round=action.round,
                done_day=done_day,
                text=text.strip(),
                by_id=actor.person_id or 0,
                at=now,
            )
        )
        session.flush()
        if case is not None:
            left = open_days(session, case.id)
            tell_case(session, case, "capa_partly" if left else "capa_reported", action, actor, now, role)
        corrective_notices.reported(session, action, book, now)


def verify(
    action_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    effective: bool,
    comment: str,
    planned_day: dt.date | None = None,
    version: int | None = None,
) -> None:
    """Confirms that it works, or orders it once more with a new day (R15.10, R26.07).

    Raises Refused('own_report') for whoever reported it, Refused('missing', field), Refused('past_day').
    """
    with work() as session:
        action, case, book, role = _step(session, action_id, actor, "verify" if effective else "reopen", version)
        done = session.scalars(
            select(ActionReport).where(ActionReport.action_id == action.id, ActionReport.round == action.round)
        ).one()
        if done.by_id == actor.person_id:
            raise Refused("own_report")
        if not effective:
            needs(comment=comment)
        done.effective, done.comment = effective, comment.strip()
        done.verified_by, done.verified_at = actor.person_id, now
        if effective:
            if case is not None:
                tell_case(session, case, "capa_verified", action, actor, now, role)
            return
        check_day(book, Kind(action.kind), planned_day, _today(session, action, now))
        action.round, action.planned_day, action.told_on = action.round + 1, planned_day, None
        announce(session, case, action, actor, now, role)


def cancel(action_id: int, actor: Actor, now: dt.datetime, *, reason: str, version: int | None = None) -> None:
    """Takes an order back that went to the wrong unit or is no longer wanted; its number stays taken.

    Raises Refused('missing', field='reason').
    """
    with work() as session:
        action, case, _book, role = _step(session, action_id, actor, "cancel", version)
        needs(reason=reason)
        note = ActionReport(action_id=action.id, case_id=action.case_id, round=action.round, text="", at=now)
        note.done_day, note.by_id, note.comment = _today(session, action, now), actor.person_id or 0, reason.strip()
        session.add(note)
        session.flush()
        if case is not None:
            left = open_days(session, case.id)
            tell_case(session, case, "capa_partly" if left else "capa_cancelled", action, actor, now, role)


def _step(
    session: Session, action_id: int, actor: Actor, step: str, version: int | None
) -> tuple[CorrectiveAction, Case | None, Regime, Role]:
    """The action, locked after its case, with the step taken."""
    found = session.execute(
        select(CorrectiveAction.case_id, Unit.kind, CorrectiveAction.institution_id)
        .join(Unit, Unit.id == CorrectiveAction.unit_id)
        .where(CorrectiveAction.id == action_id)
    ).one_or_none()
    if found is None:
        raise Refused("no_such_case")
    case = cases.lock(session, found[0]) if found[0] is not None else None
    action = session.scalars(
        select(CorrectiveAction)
        .where(CorrectiveAction.id == action_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    held = roles_on(actor, action.institution_id, {action.unit_id})
    if not held:
        raise Refused("no_such_case")
    if case is not None:
        barrier.stop(session, case.id, actor)
    if version is not None and version != action.version:
        raise Refused("stale", version=action.version)
    book = regime_of(session, action.regime_version_id)
    role = capa.check(step, ActionState(action.state), held, book, in_office=found[1] == OFFICE)
    action.state = str(capa.STEPS[step].to)
    session.flush()
    return action, case, book, role


def _today(session: Session, action: CorrectiveAction, now: dt.datetime) -> dt.date:
    return now.astimezone(cases.zone(session, action.institution_id)).date()
