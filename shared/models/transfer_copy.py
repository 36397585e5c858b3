"""What a unit is given beside the words of its slip: flat copies of files, and copies that were taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class TransferCopy(Base):
    """One file's flat copy for one slip; its id is random, so that nothing can be counted by it."""

    __tablename__ = "transfer_copy"
    __table_args__ = (
        CheckConstraint("state in ('making', 'done', 'failed', 'recalled')", name="state"),
        Index(None, "slip_id"),
        Index(None, "state", "ordered_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str]
    number: Mapped[int] = mapped_column(default=0)
    """Among the finished copies of the slip, from 1: what failed or was left out leaves no gap."""
    stored: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    ordered_at: Mapped[dt.datetime]


class RecalledCopy(Base):
    """The words that a unit had been given and that were taken back; for the office's record alone."""

    __tablename__ = "recalled_copy"
    __table_args__ = (Index(None, "slip_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    text: Mapped[str] = mapped_column(Sealed("recalled_copy.text"))
    points: Mapped[str] = mapped_column(Sealed("recalled_copy.points"))
    files: Mapped[list[Any]] = mapped_column(default=list)
    """The attachments whose copies went with it."""
    reason: Mapped[str] = mapped_column(Sealed("recalled_copy.reason"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
