"""整改: what is put right or prevented because of a complaint, or without one; what is reported of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.db import Base, BigId
from shared.models.unit import Unit
from shared.sealed import Sealed


class CorrectiveAction(Base):
    """One action; its words are closed with the case's key where it is about a case, and go with it.

    `state` is assigned by `services.corrective` through the table of `domain.capa` alone.
    """

    __tablename__ = "corrective_action"
    __table_args__ = (
        UniqueConstraint("institution_id", "number"),
        Index(None, "institution_id", "state", "planned_day", "id"),
        Index(None, "unit_id", "state"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    """The case's rule book, or the one in force on the day it was ordered."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    number: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """To whom it is addressed."""
    title: Mapped[str] = mapped_column(Sealed("corrective_action.title", listed=True))
    text: Mapped[str] = mapped_column(Sealed("corrective_action.text"))
    owner: Mapped[str] = mapped_column(Sealed("corrective_action.owner"), default="")
    """Who answers for it there, as the orderer wrote it."""
    participants: Mapped[str] = mapped_column(Sealed("corrective_action.participants"), default="")
    planned_day: Mapped[dt.date | None]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ordered_role: Mapped[str]
    ordered_at: Mapped[dt.datetime]
    seal_mark: Mapped[str] = mapped_column(default="", server_default="")
    """Where it is about no case, its words stand under the quarter's key, bound to this."""
    told_on: Mapped[dt.date | None]
    """When it was last said that it is late."""
    unit: Mapped[Unit] = relationship(lazy="raise")


class ActionReport(Base):
    """What the unit reports of one round, and what whoever verifies says of it."""

    __tablename__ = "action_report"
    __table_args__ = (UniqueConstraint("action_id", "round"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    done_day: Mapped[dt.date]
    text: Mapped[str] = mapped_column(Sealed("action_report.text"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    effective: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(Sealed("action_report.comment"), default="")
    seal_mark: Mapped[str] = mapped_column(default="", server_default="")
    """As an action's."""
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[dt.datetime | None]
