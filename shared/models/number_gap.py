"""What is known of a number that is missing from a sequence (R1.04)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class NumberGap(Base):
    """Why a number of a year has no record; written once, by whoever keeps the archive."""

    __tablename__ = "number_gap"
    __table_args__ = (UniqueConstraint("institution_id", "series", "year", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    series: Mapped[str]
    """register, slip or action."""
    year: Mapped[int]
    n: Mapped[int]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
