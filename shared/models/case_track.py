"""Who keeps an eye on a case until it ends, because its facts ask for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class CaseTrack(Base):
    """One post, or the office, that tracks a case (R15.08, R25.05), until `left_at` or until the case ends."""

    __tablename__ = "case_track"
    __table_args__ = (
        Index(None, "case_id"),
        Index(
            "ix_case_track_now",
            "institution_id",
            "post",
            postgresql_where=text("left_at is null"),
            sqlite_where=text("left_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    cause: Mapped[str]
    """The trigger of the rule book that asks for it."""
    what: Mapped[str]
    """A track of its own, '' where there is none."""
    post: Mapped[str]
    """The rule book's role, '' for the office."""
    at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
