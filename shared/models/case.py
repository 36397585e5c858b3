"""A complaint from its receipt to the archive."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.db import FAR, Base, BigId
from shared.models.unit import Unit
from shared.sealed import Sealed


class Case(Base):
    """The case row: `state` is assigned by `services.cases.act` alone, `due_at` is the earliest running clock."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("mode in ('anonymous', 'confidential', 'named', 'behalf')", name="mode"),
        Index("ix_case_state_due", "institution_id", "state", "due_at", "id"),
        Index("ix_case_state_received", "institution_id", "state", "received_at", "id"),
        Index(
            "ix_case_open_due",
            "institution_id",
            "due_at",
            "id",
            postgresql_where=text("is_open"),
            sqlite_where=text("is_open"),
        ),
        Index("ix_case_received", "institution_id", "received_at", "id"),
        Index("ix_case_unit_due", "unit_id", "state", "due_at", "id"),
        Index(
            "ix_case_handler",
            "handler_id",
            postgresql_where=text("handler_id is not null"),
            sqlite_where=text("handler_id is not null"),
        ),
        Index("ix_case_category", "institution_id", "category", "received_at"),
        Index(
            "ix_case_text_mark",
            "received_at",
            postgresql_where=text("text_mark <> ''"),
            sqlite_where=text("text_mark <> ''"),
        ),
        Index(
            "ix_case_held",
            "institution_id",
            "id",
            postgresql_where=text("held_at is not null"),
            sqlite_where=text("held_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    register_no: Mapped[str]
    """登记编号: sequential, for staff, printed unchanged on every form."""
    receipt_no: Mapped[str] = mapped_column(unique=True)
    """受理编号: random, for the citizen."""
    access_hash: Mapped[str]
    words_key: Mapped[str] = mapped_column(default="", server_default="")
    """The key of what people wrote about it, wrapped by the quarter's; destroyed with the words."""
    form_key: Mapped[str | None] = mapped_column(unique=True)
    """The same form sent twice gives one case."""
    state: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=True)
    round: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str]
    mode: Mapped[str]
    locale: Mapped[str] = mapped_column(default="zh")
    summary: Mapped[str] = mapped_column(Sealed("case.summary", listed=True))
    respondent: Mapped[str] = mapped_column(Sealed("case.respondent", listed=True))
    story: Mapped[str] = mapped_column(Sealed("case.story"))
    wish: Mapped[str] = mapped_column(Sealed("case.wish"), default="")
    happened: Mapped[str] = mapped_column(Sealed("case.happened"), default="")
    category: Mapped[str] = mapped_column(default="")
    severity: Mapped[str] = mapped_column(default="")
    consent_direct: Mapped[str] = mapped_column(default="")
    """How the citizen agreed that the unit answers directly (R2.16): '', 'form', 'phone', 'face', 'letter'."""
    upper_body: Mapped[str] = mapped_column(Sealed("case.upper_body"), default="")
    upper_no: Mapped[str] = mapped_column(Sealed("case.upper_no"), default="")
    upper_due: Mapped[dt.date | None]
    received_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    archived_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime] = mapped_column(default=FAR)
    due_limit: Mapped[str] = mapped_column(default="")
    due_provisional: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=False)
    """A question to the citizen is open."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The lead unit that holds the case now."""
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The investigator who holds the case now, where the office investigates itself."""
    extensions: Mapped[int] = mapped_column(default=0)
    text_mark: Mapped[str] = mapped_column(default="", server_default="")
    """For a few days: what alike texts share (`domain.repeats`)."""
    held_at: Mapped[dt.datetime | None]
    """Since when the case is set aside as one of many with the same text; it is received all the same."""

    unit: Mapped[Unit | None] = relationship(lazy="raise")


Index("uq_case_register", Case.institution_id, Case.register_no, unique=True)
