"""What was erased, by which rule: certificates for the archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class Certificate(Base):
    """One run that erased something; `rules` are the months that held, so that the paper explains itself."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("institution_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    number: Mapped[str]
    cause: Mapped[str]
    """retention or request."""
    notice_no: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Erasure(Base):
    """One part of one case that is gone; `counts` says how much there was, never what."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("case_id", "part"), Index(None, "certificate_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    part: Mapped[str]
    """identity or content."""
    ended_on: Mapped[dt.date]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
