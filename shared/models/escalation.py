"""A matter that went up a rung of the ladder, and why."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Escalation(Base):
    """From where to where; the newest of a case, with `left_at` empty, says who has it now (R15.04, R20.03)."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index(None, "case_id"),
        Index(
            "ix_escalation_now",
            "institution_id",
            "rung",
            postgresql_where=text("left_at is null"),
            sqlite_where=text("left_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    was: Mapped[str]
    rung: Mapped[str]
    role: Mapped[str]
    """The rule book's role that has it there."""
    reason: Mapped[str] = mapped_column(Sealed("escalation.reason"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
