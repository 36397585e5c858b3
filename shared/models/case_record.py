"""情况记录: a statement, a survey, a consultation, a report up; kept beside the case and never changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class CaseRecord(Base):
    """One record; its kind and what each holds stand in `domain.case_records`, `facts` are codes and numbers."""

    __tablename__ = "case_record"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    result: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Sealed("case_record.text"), default="")
    partner: Mapped[str] = mapped_column(Sealed("case_record.partner"), default="")
    """Who was heard, was there or was told."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[list[Any]] = mapped_column(default=list)
    day: Mapped[dt.date | None]
    done_at: Mapped[dt.datetime]
    """When it happened; `at` is when it was written down."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
