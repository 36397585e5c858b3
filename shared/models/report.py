"""Reports that an institution owes at certain days: figures as they were handed in, corrections beside them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class ReportRow(Base):
    """A report of one period; `figures` are those it was handed in with and never change afterwards."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("institution_id", "code", "period_from", "period_to"),
        Index(None, "institution_id", "state", "due_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    code: Mapped[str]
    """Which report of the rule book it is."""
    period_from: Mapped[dt.date]
    period_to: Mapped[dt.date]
    due_day: Mapped[dt.date]
    provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="due")
    """due, drafted or submitted."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"cells": {"category/water": 3, …}, "names": {"unit/7": "水务站"}, "hot": […], "rates": […]}."""
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Numbers that the cases don't hold and a rate asks for (R26.08: 户数), as text."""
    remarks: Mapped[str] = mapped_column(default="")
    """Analysis, conclusions: about the period, nobody's name."""
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[dt.datetime | None]
    told: Mapped[list[Any]] = mapped_column(default=list)
    """Warnings already given, as ISO dates, so that two sweeps tell once."""


class ReportCorrection(Base):
    """What has changed about the figures since they were handed in; rows are only added."""

    __tablename__ = "report_correction"
    __table_args__ = (Index(None, "report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    at: Mapped[dt.datetime]
    cells: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"category/water": [3, 4]}: what it was before and what it is."""


class ReportRecord(Base):
    """What people did with a report: a meeting with its conclusions (R20.09), a joint campaign (W3.01)."""

    __tablename__ = "report_record"
    __table_args__ = (Index(None, "report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    kind: Mapped[str]
    """meeting or campaign."""
    day: Mapped[dt.date]
    until: Mapped[dt.date | None]
    takers: Mapped[str]
    """Which departments or posts took part."""
    conclusions: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class ReportSetting(Base):
    """What an institution has set for its reports: how often, which target, how many customers an outlet has."""

    __tablename__ = "report_setting"
    __table_args__ = (UniqueConstraint("institution_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    key: Mapped[str]
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class TierNode(Base):
    """A place of the organisation above the units: an area, a group (R23.01, R24.11)."""

    __tablename__ = "tier_node"
    __table_args__ = (Index(None, "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    tier: Mapped[str]
    """A code of the rule book's tiers."""
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tier_node.id"))


class TierMember(Base):
    """Under which place a unit stands."""

    __tablename__ = "tier_member"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("tier_node.id"))
