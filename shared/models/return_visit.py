"""Somebody asks a complainant after the end whether it is really solved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class ReturnVisit(Base):
    """One for each round of a case: owed when it is closed, made, or tried in vain."""

    __tablename__ = "return_visit"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        Index("ix_return_visit_due", "institution_id", "state", "due_day", "id"),
        Index("ix_return_visit_done", "institution_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    state: Mapped[str]
    """owed, done, missed (nobody was reached) or moot (heard again before anybody asked)."""
    due_day: Mapped[dt.date]
    tries: Mapped[int] = mapped_column(default=0)
    way: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    still: Mapped[bool | None]
    """R7.05: whether the problem is still there."""
    scores: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    comment: Mapped[str] = mapped_column(Sealed("return_visit.comment"), default="")
    reopened: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
