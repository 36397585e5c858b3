"""Running limits of a case, derived from its events and stored so that what is due next is one indexed question."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class ClockRow(Base):
    """One limit that ran or runs for a case or a slip; rewritten from events, never edited by hand."""

    __tablename__ = "clock"
    __table_args__ = (
        Index(
            "ix_clock_look",
            "look_at",
            postgresql_where=text("look_at is not null"),
            sqlite_where=text("look_at is not null"),
        ),
        Index(  # what a newly published year moves
            "ix_clock_provisional",
            "due_day",
            postgresql_where=text("provisional and stopped_at is null"),
            sqlite_where=text("provisional = 1 and stopped_at is null"),
        ),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    limit_id: Mapped[str]
    start_seq: Mapped[int]
    started_at: Mapped[dt.datetime]
    due_day: Mapped[dt.date]
    due_at: Mapped[dt.datetime]
    first_due_day: Mapped[dt.date]
    provisional: Mapped[bool]
    stopped_at: Mapped[dt.datetime | None]
    paused_since: Mapped[dt.datetime | None]
    look_at: Mapped[dt.datetime | None]
    told: Mapped[list[Any]] = mapped_column(default=list)
    """Warnings already given, as ISO dates, so that two sweeps tell once."""
