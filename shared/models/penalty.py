"""The accountability ledger: a line for each penalty, its approvals, and the parts in which it is paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Penalty(Base):
    """What a person or a unit has to pay or bear, by which rule and worked out from what (J18)."""

    __tablename__ = "penalty"
    __table_args__ = (
        Index(None, "institution_id", "state", "id"),
        Index(None, "institution_id", "proposed_at", "id"),
        Index(None, "case_id"),
        Index(None, "person_id"),
        Index(None, "unit_id"),
        UniqueConstraint("institution_id", "rule", "period", "unit_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """None for what a year's count calls for (R24.07)."""
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    number: Mapped[str] = mapped_column(default="")
    """Of the notice (奖罚通知单), once it is given out."""
    rule: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    """Which of the rule's items: R13.16, R3.10, R2.20."""
    period: Mapped[str | None]
    """The year that is counted; None where a case is the ground."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The numbers it is worked out from, as text."""
    amount: Mapped[Decimal]
    formula: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    """A domain.ledger.PenaltyState."""
    reason: Mapped[str] = mapped_column(Sealed("penalty.reason"), default="")
    """Whom it concerns reads it; nothing of the complainant stands here."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    comment: Mapped[str] = mapped_column(Sealed("penalty.comment"), default="")
    """Why it was declined."""
    declined_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noticed_at: Mapped[dt.datetime | None]
    due_day: Mapped[dt.date | None]
    appeal: Mapped[str] = mapped_column(Sealed("penalty.appeal"), default="")
    appealed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appealed_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(Sealed("penalty.answer"), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None]
    paid_at: Mapped[dt.datetime | None]


class PenaltyYes(Base):
    """One level's yes."""

    __tablename__ = "penalty_yes"
    __table_args__ = (UniqueConstraint("penalty_id", "level"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    penalty_id: Mapped[int] = mapped_column(ForeignKey("penalty.id"))
    level: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Instalment(Base):
    """A part of the amount and the day by which it is paid; the parts add up to the amount."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("penalty_id", "no"), Index(None, "due_day"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    penalty_id: Mapped[int] = mapped_column(ForeignKey("penalty.id"))
    no: Mapped[int]
    due_day: Mapped[dt.date]
    amount: Mapped[Decimal]
    paid_at: Mapped[dt.datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who has recorded that it was paid."""
