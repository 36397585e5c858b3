"""How many text messages have left today, to one number, to one prefix and in all."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class SmsTally(Base):
    """`key` is a keyed hash of what is counted and its day: nobody reads a number out of it."""

    __tablename__ = "sms_tally"

    key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(index=True)
    count: Mapped[int]
