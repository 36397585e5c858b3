"""What came of a case is recorded beside its answer, as often as it changes; sums count the last of each case."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import outcomes
from shared.domain.outcomes import Result
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.case_result import CaseResult
from shared.services import cases


def record(case_id: int, actor: Actor, now: dt.datetime, result: Result, *, version: int | None = None) -> None:
    """Records the outcome and the amount (R11.02, R14.03, W2.01).

    Raises Refused('missing', field), Refused('not_yours') or Refused('not_now').
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        outcomes.check(cases.regime(session, case), result)
        facts = {"outcome": result.outcome} if result.outcome else {}
        facts |= {"amount": str(result.amount)} if result.amount else {}
        cases.act(session, case, "record_result", actor, now, facts=facts)
        row = CaseResult(case_id=case.id, round=case.round, outcome=result.outcome, amount=result.amount, at=now)
        row.ticks, row.text, row.by_id = sorted(result.ticks), result.text.strip(), actor.person_id or 0
        session.add(row)


def last(session: Session, case_id: int) -> CaseResult | None:
    """What counts for a case now."""
    query = select(CaseResult).where(CaseResult.case_id == case_id).order_by(CaseResult.id.desc()).limit(1)
    return session.scalar(query)


def amounts(institution_id: int) -> Select[int, Decimal | None]:
    """`case_id` and `amount` of every case of the institution to whose complainant money came back."""
    newest = select(func.max(CaseResult.id)).group_by(CaseResult.case_id)
    query = select(CaseResult.case_id, CaseResult.amount.label("amount")).join(Case, Case.id == CaseResult.case_id)
    return query.where(CaseResult.id.in_(newest), CaseResult.amount.is_not(None), Case.institution_id == institution_id)


def recovered(session: Session, institution_id: int, first: dt.datetime, until: dt.datetime) -> Decimal:
    """What came back in cases received from `first` to before `until`, in yuan, exactly (W2.01)."""
    given = amounts(institution_id).where(Case.received_at >= first, Case.received_at < until).subquery()
    total = session.scalar(select(func.sum(given.c.amount, type_=CaseResult.amount.type)))
    return total if total is not None else Decimal("0.00")
