"""A question to the citizen and the answer to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Question(Base):
    """Asked by staff, answered by whoever holds the access code; whether clocks pause is the regime's word."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    text: Mapped[str] = mapped_column(Sealed("question.text"))
    due_day: Mapped[dt.date]
    pauses: Mapped[bool]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(Sealed("question.answer"), default="")
    answered_at: Mapped[dt.datetime | None]
    lapsed_at: Mapped[dt.datetime | None]
