"""履职记录: what the office did that belongs to no case, such as a training (R16.05, R19.02)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class OfficeRecord(Base):
    """One entry: which duty of the rule book, what about, on which day, who took part, with what material."""

    __tablename__ = "office_record"
    __table_args__ = (Index(None, "institution_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    duty: Mapped[str]
    topic: Mapped[str]
    day: Mapped[dt.date]
    people: Mapped[list[Any]]
    others: Mapped[str] = mapped_column(default="")
    """Who took part and has no account here."""
    materials: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
