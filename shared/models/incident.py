"""应急处置: a plan at work for a case, its steps and team, what was said in public; the plan's text by version."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.sealed import Sealed


class PlanText(Base):
    """A version of the plan's text (R21.06): proposed by one, approved by another; the newest approved is in force."""

    __tablename__ = "plan_text"
    __table_args__ = (UniqueConstraint("institution_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    number: Mapped[int]
    text: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    """submitted, approved or returned."""
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    comment: Mapped[str] = mapped_column(default="")


class Incident(Base):
    """The plan at work for one case: `state` is open or ended; the statement is public once `published_at` is set."""

    __tablename__ = "incident"
    __table_args__ = (UniqueConstraint("case_id"), Index(None, "institution_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan_text.id"))
    """The text in force when it started; None where the rule book's own is."""
    state: Mapped[str]
    why: Mapped[str] = mapped_column(Sealed("incident.why"), default="")
    started_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[dt.datetime]
    title: Mapped[str] = mapped_column(Sealed("incident.title"), default="")
    statement: Mapped[str] = mapped_column(Sealed("incident.statement"), default="")
    statement_state: Mapped[str] = mapped_column(default="")
    """'', draft, submitted, returned, published."""
    comment: Mapped[str] = mapped_column(Sealed("incident.comment"), default="")
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    review: Mapped[str] = mapped_column(Sealed("incident.review"), default="")
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None]


class IncidentStep(Base):
    """One step of the plan, taken: what was done, by whom, when."""

    __tablename__ = "incident_step"
    __table_args__ = (UniqueConstraint("incident_id", "code"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str]
    note: Mapped[str] = mapped_column(Sealed("incident_step.note"), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class IncidentMember(Base):
    """Somebody in one of the plan's groups."""

    __tablename__ = "incident_member"
    __table_args__ = (UniqueConstraint("incident_id", "group_code", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    group_code: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class PublicStatement(Base):
    """对外说明: what the institution has said in public about an incident; nothing of a case stands in it."""

    __tablename__ = "public_statement"
    __table_args__ = (Index(None, "institution_id", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    title: Mapped[str]
    text: Mapped[str]
    published_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
