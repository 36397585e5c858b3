"""What happened to a case: appended with each state change, never edited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class Event(Base):
    """One fact about a case; `facts` holds codes and dates, never a person's words or identity."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_event_at", "at", "id"),
        Index("ix_event_kind_at", "kind", "at", "id"),
        Index("ix_event_actor_at", "actor_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_role: Mapped[str]
    """The role the act was done in; 'citizen' or 'system' where no person of staff acted."""
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    from_state: Mapped[str]
    to_state: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mac: Mapped[str] = mapped_column(default="")
    """Key id and MAC over this event and the MAC of the one before it (domain.chain)."""
