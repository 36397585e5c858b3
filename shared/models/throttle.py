"""Failed tries, counted in the database so that a restart or a lost Redis forgives nobody."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Throttle(Base):
    """`key` is a keyed hash of what was typed; it tells nobody which receipts or accounts exist."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[dt.datetime] = mapped_column(index=True)
