"""Surveys outside complaints: a campaign with its questions, and answers that nobody can be found by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Survey(Base):
    """One campaign; its questions are kept as they stood in the rule book when it began."""

    __tablename__ = "survey"
    __table_args__ = (Index(None, "institution_id", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    code: Mapped[str]
    title: Mapped[str]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Code and name of each question."""
    scale: Mapped[int]
    ways: Mapped[list[str]] = mapped_column(JSON)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    token: Mapped[str] = mapped_column(unique=True)
    """What its public address ends with."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]


class SurveyAnswer(Base):
    """One filled form: the day and no moment, no link to a person or a complaint."""

    __tablename__ = "survey_answer"
    __table_args__ = (Index(None, "survey_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    form_key: Mapped[str] = mapped_column(unique=True)
    """The same form sent twice is one answer."""
    way: Mapped[str]
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    seal_mark: Mapped[str] = mapped_column(default="", server_default="")
    """Of no case, so under the quarter's key: what closes the words is bound to this."""
    comment: Mapped[str] = mapped_column(Sealed("survey_answer.comment"), default="")
    day: Mapped[dt.date]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who typed in what came on paper, by phone or at the door."""
