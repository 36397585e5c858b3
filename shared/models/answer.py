"""What the citizen is told: decisions on acceptance and answers to the matter."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Decision(Base):
    """Accepted, refused (reason and basis, R5.05) or referred to an outside body; what the citizen reads about it."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    """accepted, refused or referred."""
    reason: Mapped[str] = mapped_column(Sealed("decision.reason"), default="")
    basis: Mapped[str] = mapped_column(Sealed("decision.basis"), default="")
    redirect: Mapped[str] = mapped_column(Sealed("decision.redirect"), default="")
    """Where to go instead, or the body that now has the case."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Answer(Base):
    """The answer of one round: by the office, or with recorded consent by the unit (R2.16)."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    means: Mapped[str]
    """online, email, letter, phone or face."""
    text: Mapped[str] = mapped_column(Sealed("answer.text"))
    record: Mapped[str] = mapped_column(Sealed("answer.record"), default="")
    """R2.16: the phone record, or who signed and when, face to face."""
    signed: Mapped[bool] = mapped_column(default=False)
    satisfaction: Mapped[str] = mapped_column(default="")
    why_means: Mapped[str] = mapped_column(Sealed("answer.why_means"), default="", server_default="")
    """R17.07: why it was told by another way than it came."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[dt.datetime]


class Note(Base):
    """An internal remark of the staff; the citizen never sees it."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    text: Mapped[str] = mapped_column(Sealed("note.text"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
