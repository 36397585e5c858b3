"""Numbers kept in the transaction that changes them: sequences, and how many cases stand where."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Counter(Base):
    """`key` is a sequence (register:2026, slip:2026) or a tally (state:received, state:handling:unit:7)."""

    __tablename__ = "counter"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
