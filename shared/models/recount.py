"""How far the counting anew has come after a change of the calendar."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Recount(Base):
    """One change of the calendar: the open cases are gone through by number, and the last one is remembered."""

    __tablename__ = "recount"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    total: Mapped[int]
    """How many cases were open when it began."""
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    """How many due dates have moved."""
    last_case: Mapped[int] = mapped_column(default=0)
