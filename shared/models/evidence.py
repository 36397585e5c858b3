"""What is published and handed out as evidence: checkpoints, the day's roots, each case's place under its root."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId


class Checkpoint(Base):
    """A signed statement about all events so far; `body` is the text that is signed, word for word."""

    __tablename__ = "checkpoint"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    last_event: Mapped[int] = mapped_column(BigId)
    body: Mapped[str]
    signature: Mapped[str]
    public_key: Mapped[str]


class CheckpointSent(Base):
    """Up to which number checkpoints have gone to the auditor's mailbox."""

    __tablename__ = "checkpoint_sent"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]


class EvidenceDay(Base):
    """The published root of an institution's day; nothing tells how many complaints are under it."""

    __tablename__ = "evidence_day"
    __table_args__ = (UniqueConstraint("institution_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    day: Mapped[dt.date]
    root: Mapped[str]
    last_event: Mapped[int] = mapped_column(BigId)
    """Every complaint filed up to this event has its place under this root or an earlier one."""


class EvidenceLeaf(Base):
    """A complaint's code and its path to the day's root."""

    __tablename__ = "evidence_leaf"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    day_id: Mapped[int] = mapped_column(ForeignKey("evidence_day.id"))
    code: Mapped[str] = mapped_column(unique=True)
    path: Mapped[list[Any]]


class CaseRead(Base):
    """How many pages of cases a person opened on a day."""

    __tablename__ = "case_read"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    count: Mapped[int]
