"""A confidential case's transfer, prepared by one person and waiting for the signature of another (promises 1.6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.sealed import Sealed


class TransferRequest(Base):
    """What is to go where, word for word as it was compared; nothing goes before `state` is signed."""

    __tablename__ = "transfer_request"
    __table_args__ = (Index(None, "case_id"), Index(None, "institution_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    co_units: Mapped[list[Any]]
    points: Mapped[str] = mapped_column(Sealed("transfer_request.points"))
    text: Mapped[str] = mapped_column(Sealed("transfer_request.text"))
    files: Mapped[list[Any]]
    sound: Mapped[bool]
    state: Mapped[str]
    """asked, signed, declined or replaced."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(Sealed("transfer_request.reason"), default="")
