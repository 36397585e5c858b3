"""Asking a colleague to open a confidential complainant's identity with one's own half of the key."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.sealed import Sealed


class UnsealRequest(Base):
    """One request; `share` is the colleague's half, closed for whoever asked, destroyed when the time is over."""

    __tablename__ = "unseal_request"
    __table_args__ = (Index(None, "institution_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    side: Mapped[str]
    """The group whose half the asker holds."""
    why: Mapped[str]
    reason: Mapped[str] = mapped_column(Sealed("unseal_request.reason"))
    state: Mapped[str]
    """asked, urgent (waits for the alarm), agreed, declined or over."""
    asked_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    share: Mapped[bytes | None]
    first_seen_at: Mapped[dt.datetime | None]
