"""Papers that left the house with a code, so that anybody can ask later whether one is genuine."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class IssuedPaper(Base):
    """One issued form; a newer one takes its place. Of its content nothing is here but a keyed mark."""

    __tablename__ = "issued_paper"
    __table_args__ = (Index(None, "case_id", "form"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    form: Mapped[str]
    name: Mapped[str]
    number: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    mark: Mapped[str]
    """A keyed hash of what it says, without who complained: the same content is the same paper."""
    issued_at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    void_at: Mapped[dt.datetime | None]
    """Since when a newer one stands in its place, or its slip was taken back."""
