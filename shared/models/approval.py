"""A request for approval that goes up a chain of any length, and what each level said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Approval(Base):
    """What is asked and of whom; the chain as the rule book had it then (J11)."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(None, "case_id"),
        Index(
            "ix_approval_asked",
            "institution_id",
            "id",
            postgresql_where=text("state = 'asked'"),
            sqlite_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    subject: Mapped[str]
    """What it is about: acceptance, transfer, decision, close …"""
    way: Mapped[str]
    """all, any or up."""
    levels: Mapped[list[Any]]
    """One for each level: the roles of the rule book and its name there."""
    cause: Mapped[str] = mapped_column(default="")
    """The trigger that asked for it, '' where a person did."""
    text: Mapped[str] = mapped_column(Sealed("approval.text"))
    state: Mapped[str]
    """asked, through or declined."""
    laid_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None where a limit that passed asked for it."""
    laid_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]


class ApprovalLevel(Base):
    """What one level said."""

    __tablename__ = "approval_level"
    __table_args__ = (Index(None, "approval_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    level: Mapped[int]
    role: Mapped[str]
    """The post in which the person decided."""
    verdict: Mapped[str]
    """yes, no or up."""
    comment: Mapped[str] = mapped_column(Sealed("approval_level.comment"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
