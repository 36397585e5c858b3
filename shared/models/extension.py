"""More time: asked for with a reason, promised to the citizen, approved where the regime wants it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Extension(Base):
    """R2.07 (notice and promised date) and R5.08 (leader's approval) in one row."""

    __tablename__ = "extension"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    limit_id: Mapped[str]
    reason: Mapped[str] = mapped_column(Sealed("extension.reason"))
    old_day: Mapped[dt.date]
    new_day: Mapped[dt.date]
    agreed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The complainant agrees to the new day (R3.07, R15.07, R20.06)."""
    state: Mapped[str]
    """asked, granted or declined."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    comment: Mapped[str] = mapped_column(Sealed("extension.comment"), default="")
