"""What people do about notices that did not go, and what staff are told together in the morning."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class NoticeAct(Base):
    """One thing that a person did about a notice: tried again, wrote, called, gave up, agreed."""

    __tablename__ = "notice_act"
    __table_args__ = (Index(None, "outbox_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    """retried, letter, call, dropped or released."""
    code: Mapped[str] = mapped_column(default="")
    """How a letter went or what a call came to."""
    reason: Mapped[str] = mapped_column(Sealed("notice_act.reason"), default="")
    seal_mark: Mapped[str] = mapped_column(default="", server_default="")
    """A notice may be about no case: what is said of it stands under the quarter's key, bound to this."""
    called_at: Mapped[dt.datetime | None]


class Digest(Base):
    """A person's digest of one morning; the notice that carries it lies in the outbox."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[dt.date]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)


class DigestLine(Base):
    """A notice that waits for a person's digest."""

    __tablename__ = "digest_line"

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True, autoincrement=False)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"), primary_key=True, index=True, autoincrement=False)
