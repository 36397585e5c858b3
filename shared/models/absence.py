"""When somebody is out of the office, and who stands in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Absence(Base):
    """Days away, both included; it ends by itself, or earlier at `ended_at`."""

    __tablename__ = "absence"
    __table_args__ = (Index(None, "person_id", "to_day"), Index(None, "deputy_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None where nobody else holds the same post."""
    from_day: Mapped[dt.date]
    to_day: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
