"""The result of one complaint, told on the platform by which it came, without anybody's name (R9.06)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class PublishedResult(Base):
    """Written by one person, published by another; its words go with the words of the case."""

    __tablename__ = "published_result"
    __table_args__ = (Index(None, "institution_id", "state", "published_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    state: Mapped[str]
    """draft, published or withdrawn."""
    problem: Mapped[str] = mapped_column(Sealed("published_result.problem"))
    result: Mapped[str] = mapped_column(Sealed("published_result.result"))
    category: Mapped[str] = mapped_column(default="")
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[dt.datetime | None]
