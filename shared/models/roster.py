"""值班: who is on duty on which day in which shift; the visits and calls that duty officers took (R3.14, R4.03)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class DutyShift(Base):
    """One person in one shift of one day; the night begins when the office closes."""

    __tablename__ = "duty_shift"
    __table_args__ = (UniqueConstraint("institution_id", "day", "part", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    roster: Mapped[str]
    day: Mapped[dt.date]
    part: Mapped[str]
    """day or night."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class DutyCall(Base):
    """A visit or a call as codes and times; what was complained about stands in the complaint it became."""

    __tablename__ = "duty_call"
    __table_args__ = (Index(None, "institution_id", "done_at"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    kind: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    done_at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
