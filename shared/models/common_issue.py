"""共性问题: what many complain about, published without naming anyone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class CommonIssue(Base):
    """Drafted by one person, approved by another, published by a job (R2.17).

    The words stay closed until they are published; only then are they written where the public reads and searches.
    """

    __tablename__ = "common_issue"
    __table_args__ = (Index(None, "institution_id", "state", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str]
    """draft, submitted, approved, published or withdrawn."""
    seal_mark: Mapped[str] = mapped_column(default="", server_default="")
    """Drawn from many cases, so under no case's key: the quarter's closes the words, bound to this."""
    title: Mapped[str] = mapped_column("draft_title", Sealed("common_issue.draft_title"), server_default="")
    problem: Mapped[str] = mapped_column("draft_problem", Sealed("common_issue.draft_problem"), server_default="")
    improvement: Mapped[str] = mapped_column(
        "draft_improvement", Sealed("common_issue.draft_improvement"), server_default=""
    )
    public_title: Mapped[str] = mapped_column("title", default="")
    public_problem: Mapped[str] = mapped_column("problem", default="")
    public_improvement: Mapped[str] = mapped_column("improvement", default="")
    category: Mapped[str] = mapped_column(default="")
    complainants: Mapped[int] = mapped_column(default=0)
    """How many complained, frozen at approval."""
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    comment: Mapped[str] = mapped_column(Sealed("common_issue.comment"), default="")
    published_at: Mapped[dt.datetime | None]

    def show(self, *, public: bool) -> None:
        """Writes the words where the public reads them, or takes them away from there."""
        self.public_title = self.title if public else ""
        self.public_problem = self.problem if public else ""
        self.public_improvement = self.improvement if public else ""


class CommonIssueCase(Base):
    """A case that the issue is drawn from."""

    __tablename__ = "common_issue_case"
    __table_args__ = (UniqueConstraint("common_issue_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    common_issue_id: Mapped[int] = mapped_column(ForeignKey("common_issue.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
