"""督办: a case of its own against whoever is slow or behaves badly while handling a complaint (R22.02)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Supervision(Base):
    """Raised by the supervising role, or offered by the sweep; answered by the unit, concluded by the role."""

    __tablename__ = "supervision"
    __table_args__ = (
        Index(None, "institution_id", "state", "id"),
        Index(None, "case_id"),
        Index(None, "unit_id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    misconduct: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    """offered, raised, answered, founded, unfounded or dropped."""
    limit_id: Mapped[str] = mapped_column(default="")
    """The limit that ran out, where the sweep offered it."""
    wanted: Mapped[str] = mapped_column(Sealed("supervision.wanted"), default="")
    """What the unit is to explain or do; nothing of the complainant stands here."""
    due_day: Mapped[dt.date | None]
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(Sealed("supervision.answer"), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None]
    conclusion: Mapped[str] = mapped_column(Sealed("supervision.conclusion"), default="")
    concluded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    concluded_at: Mapped[dt.datetime | None]
