"""What came of a case: an outcome of its rule book and the money that came back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class CaseResult(Base):
    """One recording; the last of a case counts (R11.02, R14.03)."""

    __tablename__ = "case_result"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    outcome: Mapped[str]
    amount: Mapped[Decimal | None]
    """What came back to whoever complained, in yuan."""
    ticks: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the rule book's fields that were ticked: apology."""
    text: Mapped[str] = mapped_column(Sealed("case_result.text"), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
