"""共性问题: what many complain about, published without naming anyone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class CommonIssue(Base):
    """Drafted by one person, approved by another, published by a job (R2.17)."""

    __tablename__ = "common_issue"
    __table_args__ = (Index(None, "institution_id", "state", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str]
    """draft, submitted, approved, published or withdrawn."""
    title: Mapped[str]
    problem: Mapped[str]
    improvement: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    complainants: Mapped[int] = mapped_column(default=0)
    """How many complained, frozen at approval."""
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    published_at: Mapped[dt.datetime | None]


class CommonIssueCase(Base):
    """A case that the issue is drawn from."""

    __tablename__ = "common_issue_case"
    __table_args__ = (UniqueConstraint("common_issue_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    common_issue_id: Mapped[int] = mapped_column(ForeignKey("common_issue.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
