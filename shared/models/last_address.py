"""Where the last notice goes after an erasure: closed for the notifier alone, gone when the notice has left."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class LastAddress(Base):
    """The contact as it was sealed, with the one key that its notifier opens; nobody's name, no officer's key."""

    __tablename__ = "last_address"
    __table_args__ = (Index(None, "until"),)

    outbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("outbox.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    """What the sealed contact is bound to."""
    notify: Mapped[str]
    contact: Mapped[bytes]
    wrap: Mapped[list[Any]] = mapped_column(JSON)
    """Key id and box, as in `complainant.wraps["notifier"]`."""
    until: Mapped[dt.datetime]
