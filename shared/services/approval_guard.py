"""Whether a step may be taken before somebody has agreed to it: asked by `cases.act` of every step."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import approvals
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.models.approval import Approval
from shared.models.case import Case


def classes(case: Case) -> frozenset[str]:
    """What a chain may be bound to: the class of the case and its kind."""
    return frozenset({case.severity, case.category} - {""})


def stands(session: Session, case: Case) -> dict[str, str]:
    """How the newest request of each subject stands in this round."""
    query = select(Approval.subject, Approval.state).where(Approval.case_id == case.id, Approval.round == case.round)
    return {subject: state for subject, state in session.execute(query.order_by(Approval.id))}


def stop(session: Session, case: Case, book: Regime, action: str) -> None:
    """Raises Refused('needs_approval', of) where the step waits for a chain that isn't through (J11)."""
    if action not in approvals.GUARDS or not (approvals.of_book(book) or book.triggers):
        return
    of = approvals.missing(book, action, classes(case), stands(session, case))
    if of:
        raise Refused("needs_approval", of=of)
