"""转办单: the numbered order by which a unit is made to handle a case, and what the unit does with it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.db import Base, BigId
from shared.models.unit import Unit
from shared.sealed import Sealed


class Slip(Base):
    """A transfer slip; `state` is assigned by `services.slips` through the slip table alone."""

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("institution_id", "number"),
        Index(None, "case_id"),
        Index(None, "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    number: Mapped[str]
    state: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The lead unit (牵头单位)."""
    text: Mapped[str] = mapped_column(Sealed("slip.text"))
    """What the unit is given to read: the office's copy, without what would reveal the complainant."""
    points: Mapped[str] = mapped_column(Sealed("slip.points", listed=True))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[dt.datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who has compared this copy with the original and answers for it."""
    confirmed_at: Mapped[dt.datetime | None]
    recalled_at: Mapped[dt.datetime | None]
    """The copy was taken back and the next one isn't issued yet: `text` and `points` are empty."""
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[dt.datetime | None]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    section_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    return_reason: Mapped[str] = mapped_column(Sealed("slip.return_reason"), default="")
    return_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    return_comment: Mapped[str] = mapped_column(Sealed("slip.return_comment"), default="")
    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[unit_id])
    section: Mapped[Unit | None] = relationship(lazy="raise", foreign_keys=[section_id])


class CoHandling(Base):
    """A unit whose help is asked for (R2.13): asked with reasons, decided by the office, answered with an opinion."""

    __tablename__ = "co_handling"
    __table_args__ = (UniqueConstraint("slip_id", "unit_id"), Index(None, "unit_id", "state"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str]
    """asked, signing (a confidential case: one yes, a second is missing), agreed, declined, done or waived."""
    reason: Mapped[str] = mapped_column(Sealed("co_handling.reason"))
    comment: Mapped[str] = mapped_column(Sealed("co_handling.comment"), default="")
    opinion: Mapped[str] = mapped_column(Sealed("co_handling.opinion"), default="")
    asked_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[dt.datetime | None]
    unit: Mapped[Unit] = relationship(lazy="raise")


class Reply(Base):
    """A version of what a unit (or an investigator) proposes: solution and answer, approved by its leader."""

    __tablename__ = "reply"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    round: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    """draft, submitted, approved, sent_back, handed_in or rejected."""
    outcome: Mapped[str]
    """solved, planned (not in time: R2.14 work plan) or unsolvable (R2.14 full reasons)."""
    solution: Mapped[str] = mapped_column(Sealed("reply.solution"))
    opinion: Mapped[str] = mapped_column(Sealed("reply.opinion"))
    plan: Mapped[str] = mapped_column(Sealed("reply.plan"), default="")
    reason: Mapped[str] = mapped_column(Sealed("reply.reason"), default="")
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[str] = mapped_column(Sealed("reply.comment"), default="")
    created_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]


class EvidenceRequest(Base):
    """R5.09: the investigated must cooperate; what was asked of a unit, by when, and what came."""

    __tablename__ = "evidence_request"
    __table_args__ = (Index(None, "case_id"), Index(None, "unit_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    wanted: Mapped[str] = mapped_column(Sealed("evidence_request.wanted"))
    due_day: Mapped[dt.date]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    given: Mapped[str] = mapped_column(Sealed("evidence_request.given"), default="")
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[dt.datetime | None]
    unit: Mapped[Unit] = relationship(lazy="raise")
