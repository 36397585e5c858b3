"""Notices owed: written in the transaction of the event that owes them, sent by jobs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.domain.priorities import priority_of

NEEDS_SOMEBODY = "state in ('failed', 'parked', 'held')"
"""Rows that wait for a person; as text, because a partial index is found by a literal alone."""


def _priority(context: DefaultExecutionContext) -> int:
    row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
    return int(priority_of(row["notice"], row.get("facts") or {}))


class OutboxRow(Base):
    """One notice to one audience; who that is and where to reach them is looked up when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_todo",
            "priority",
            "not_before",
            "id",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(None, "case_id"),
        Index(
            "ix_outbox_for_a_person",
            "institution_id",
            "state",
            "id",
            postgresql_where=text(NEEDS_SOMEBODY),
            sqlite_where=text(NEEDS_SOMEBODY),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    notice: Mapped[str]
    audience: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes and dates; never words, names or numbers to reach somebody."""
    state: Mapped[str] = mapped_column(default="queued")
    """queued; sent (handed to a provider); delivered (its receipt came); failed (will never go) and parked (our own
    code failed on it): a person must act; held (waits for a person's yes); replaced (told by letter or phone call);
    dropped (nobody to tell, or the citizen wants none)."""
    priority: Mapped[int] = mapped_column(SmallInteger, default=_priority, server_default=text("1"))
    attempts: Mapped[int] = mapped_column(default=0)
    """How often sending was tried and ended, well or not."""
    faults: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often our own code failed on it, or the process that had it died."""
    not_before: Mapped[dt.datetime]
    leased_until: Mapped[dt.datetime | None]
    lease: Mapped[str | None]
    """Whose it is until then: only who still has this token may say how it ended."""
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(default="")


class Delivery(Base):
    """One message that left for one recipient of a notice; in demo mode the outbox page shows `shown`."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "outbox_id"),
        Index(
            "ix_delivery_provider_ref",
            "provider_ref",
            postgresql_where=text("provider_ref <> ''"),
            sqlite_where=text("provider_ref <> ''"),
        ),
        Index(
            "ix_delivery_awaited",
            "at",
            postgresql_where=text("state = 'sent' and provider_ref <> ''"),
            sqlite_where=text("state = 'sent' and provider_ref <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    channel: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the citizen."""
    state: Mapped[str]
    """sent, retry, failed, or delivered where a receipt came."""
    reason: Mapped[str] = mapped_column(default="")
    shown: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]
    provider: Mapped[str] = mapped_column(default="")
    """Who took it: aliyun, tencent, gateway; empty for letters and in a demo."""
    provider_ref: Mapped[str] = mapped_column(default="")
    """What that one calls the message; its receipts come under it."""
    failed_by: Mapped[str] = mapped_column(default="")
    """The providers that took it and could not deliver it, with commas between."""
    asked_at: Mapped[dt.datetime | None]
    """When the provider was last asked what became of it."""
