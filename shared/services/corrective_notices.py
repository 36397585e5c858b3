"""Who is told of an action: the unit that it is addressed to, whoever verifies it, and both when it is late."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import capa
from shared.domain.capa import ActionState
from shared.domain.notices import AUDIENCE_OF, Audience, receipt_tail
from shared.domain.regimes import Regime
from shared.models.corrective import CorrectiveAction
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services import cases

AT_ONCE = 500
"""So many are looked at in one go."""


def ordered(session: Session, action: CorrectiveAction, now: dt.datetime) -> None:
    """The unit has something to put right."""
    _owe(session, action, "to_improve", (Audience.UNIT_SIGNERS, Audience.UNIT_HEAD), now)


def reported(session: Session, action: CorrectiveAction, book: Regime, now: dt.datetime) -> None:
    """Whoever judges it can look at it."""
    _owe(session, action, "improved", [AUDIENCE_OF[role] for role in sorted(capa.judges(book))], now)


def tell_late(now: dt.datetime) -> int:
    """Says once of every action whose planned day has passed that it is late; returns of how many."""
    with reading() as session:
        places = list(session.scalars(select(Institution.id).order_by(Institution.id)))
        session.rollback()
    return sum(_tell_place(place, now) for place in places)


def _tell_place(institution_id: int, now: dt.datetime) -> int:
    with work() as session:
        today = now.astimezone(cases.zone(session, institution_id)).date()
        late = (
            select(CorrectiveAction)
            .where(
                CorrectiveAction.institution_id == institution_id,
                CorrectiveAction.state == str(ActionState.PLANNED),
                CorrectiveAction.planned_day < today,
                CorrectiveAction.told_on.is_(None),
            )
            .order_by(CorrectiveAction.planned_day)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        found = session.scalars(late).all()
        for action in found:
            action.told_on = today
            told = (Audience.UNIT_SIGNERS, Audience.HANDLER, Audience.UNIT_HEAD, Audience.OFFICE_CHIEF)
            _owe(session, action, "improve_late", told, now)
        return len(found)


def _owe(
    session: Session,
    action: CorrectiveAction,
    notice: str,
    audiences: list[Audience] | tuple[Audience, ...],
    now: dt.datetime,
) -> None:
    facts: dict[str, object] = {"action": action.id, "unit": action.unit_id}
    facts["tail"] = receipt_tail("".join(filter(str.isdecimal, action.number))).zfill(4)
    if action.planned_day is not None:
        facts["due"] = action.planned_day.isoformat()
    for audience in audiences:
        row = OutboxRow(institution_id=action.institution_id, case_id=action.case_id, notice=notice)
        row.audience, row.facts, row.not_before, row.created_at = str(audience), facts, now, now
        session.add(row)
