"""A complaint about the complainant's own superior stays where it is until the superior is named (R10.01, R18.06)."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shared.domain import triggers
from shared.domain.conflicts import AFTER_NAMING
from shared.domain.errors import Refused
from shared.domain.lifecycle import CASE_STEPS, OFFICE_ROLES
from shared.domain.regimes import Regime
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.event import Event


def stop(session: Session, case: Case, book: Regime, action: str) -> None:
    """Raises Refused('superior_unnamed'), to a unit no more than Refused('not_now'): it might be the superior's own."""
    if action not in AFTER_NAMING or not triggers.effects(book, book.triggers).bypass:
        return
    told = select(Event.facts).where(Event.case_id == case.id, Event.kind == "assessed").order_by(Event.seq)
    if not triggers.bypasses(book, triggers.standing(session.scalars(told))):
        return
    if session.scalar(select(exists().where(CaseBar.case_id == case.id, CaseBar.named))):
        return
    if CASE_STEPS[action].roles & OFFICE_ROLES:
        raise Refused("superior_unnamed")
    raise Refused("not_now", action=action, state=case.state)
