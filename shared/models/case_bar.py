"""Who has nothing to do with a case, because it complains about them (回避)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class CaseBar(Base):
    """A unit or a person barred from a case; `named` says that the complaint is about it, else it follows from that."""

    __tablename__ = "case_bar"
    __table_args__ = (
        CheckConstraint("(unit_id is null) <> (person_id is null)", name="one_of_both"),
        Index(None, "case_id"),
        Index(None, "unit_id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    named: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
