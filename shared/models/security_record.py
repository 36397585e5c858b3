"""Who came in, who failed to, whose session ended, what was refused: rows are added, kept for a time, never changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class SecurityRecord(Base):
    """One line about staff; nothing of a citizen, no address, no password, no code, no number of a case."""

    __tablename__ = "security_record"
    __table_args__ = (Index(None, "institution_id", "at", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    """None where nobody has the user name that was typed."""
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    typed: Mapped[str] = mapped_column(default="")
    """A keyed hash of a user name that nobody has: the same name shows as the same, and no more of it."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes alone: how somebody signed in, why a session ended, which act was refused on which page."""
