"""Periodic work: when each duty was last done and when it is due again, so that none is missed and none done twice."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Duty(Base):
    """One duty of the scheduler; whoever claims the row does it, wherever that process runs."""

    __tablename__ = "duty"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_due: Mapped[dt.datetime]
    last_run: Mapped[dt.datetime | None]
    """When it was last done to its end; None: never yet."""
    leased_until: Mapped[dt.datetime | None]
    lease: Mapped[str | None]
    faults: Mapped[int] = mapped_column(default=0)
    """How often in a row it has failed."""
