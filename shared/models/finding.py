"""Whose fault something was: decided with a reason by the office, never by whom it is about."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Finding(Base):
    """An attribution of the rule book (R3.06, R13.13, R24.03); the last one about somebody holds."""

    __tablename__ = "finding"
    __table_args__ = (Index(None, "case_id"), Index(None, "unit_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Sealed("finding.reason"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None where the rule book's default decided (R24.10)."""
    at: Mapped[dt.datetime]
