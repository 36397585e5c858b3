"""From which day an institution's new cases follow which version of its rule book, by whom and why."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class RegimeUse(Base):
    """A version taken into use; rows are only added. `author_id` is None where it was done on the machine."""

    __tablename__ = "regime_use"
    __table_args__ = (Index(None, "institution_id", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    effective_from: Mapped[dt.date]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]
