"""What tests ask of the accountability ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select

from shared.db import work
from shared.domain.visibility import Actor
from shared.models.penalty import Instalment, Penalty
from shared.services import penalty_payments
from tests.support import world as w


def line(penalty_id: int) -> Penalty:
    """The line as it stands."""
    with work() as session:
        row = session.get_one(Penalty, penalty_id)
        session.refresh(row)
        session.expunge(row)
        return row


def parts(penalty_id: int) -> list[tuple[dt.date, Decimal]]:
    """Its parts: by when how much."""
    with work() as session:
        query = select(Instalment.due_day, Instalment.amount).where(Instalment.penalty_id == penalty_id)
        return [(day, amount) for day, amount in session.execute(query.order_by(Instalment.no))]


def fined(penalty_id: int, who: Actor) -> int:
    """An approved line, given out."""
    penalty_payments.notify(penalty_id, who, w.MONDAY)
    return penalty_id
