"""Who complained: sealed, apart from the case, absent for anonymous complaints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Complainant(Base):
    """`identity` and `contact` are sealed with different keys; no other table, log or job holds them.

    The contact of a last notice on its way is the one exception (`last_address`).

    `wraps` holds the keys, each closed for whom it is meant for (`shared.sealing.wraps`); a row without is from before.
    """

    __tablename__ = "complainant"
    __table_args__ = (
        Index("ix_complainant_waits", "case_id", postgresql_where=text("waits"), sqlite_where=text("waits")),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    identity: Mapped[bytes]
    contact: Mapped[bytes]
    wraps: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    spans: Mapped[bytes | None]
    """Where the complainant's own name and contact stand in the story: sealed, for copies in which they are masked."""
    waits: Mapped[bool] = mapped_column(default=False)
    """A group had no key yet: its share waits with the notifier."""
    notify: Mapped[str] = mapped_column(default="none")
    """The citizen's choice: none, sms or email."""
    declared_true: Mapped[bool] = mapped_column(default=False)
    """R5.01: the complainant answers for the truth of what is said."""
