"""When somebody comes to the complainant: proposed by one side, agreed by the other (W1.05)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Appointment(Base):
    """One proposal; a newer one of the same case replaces it. Where to go stands with the sealed contact."""

    __tablename__ = "appointment"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    state: Mapped[str]
    """proposed, agreed or replaced."""
    by: Mapped[str]
    """office or citizen."""
    day: Mapped[dt.date]
    half: Mapped[str]
    """am or pm."""
    purpose: Mapped[str] = mapped_column(Sealed("appointment.purpose"), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    agreed_at: Mapped[dt.datetime | None]
