"""How the installation itself is: whether the schema fits, what waits, what is late; numbers about nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.config import ROOT
from shared.db import reading
from shared.models.calendar import CalendarYear
from shared.models.case import Case
from shared.models.outbox import OutboxRow
from shared.models.privacy import PrivacyRequest

WAITING = ("queued", "held", "failed", "parked")
"""Notices that somebody or something still has to see to."""
ALARM_FROM = 11
"""R17: from November on, the next year's calendar is missed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an operator watches."""

    notices: Mapping[str, int] = field(default_factory=dict)
    oldest_due: float = 0
    """Seconds for which the oldest notice that may go has been waiting."""
    open_cases: int = 0
    overdue_cases: int = 0
    late_requests: int = 0
    """Requests about personal data whose day has passed."""
    calendar_missing: bool = False


def schema() -> str:
    """How the database's schema stands to this program: `fits`, `older` or `newer`.

    Newer is well while a new version is brought in: migrations leave what the version before needs.
    """
    head, known = _revisions()
    with reading() as session:
        found = session.scalar(text("select version_num from alembic_version"))
    if found == head:
        return "fits"
    return "older" if found is None or found in known else "newer"


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return scripts.get_current_head(), frozenset(one.revision for one in scripts.walk_revisions())


def figures(now: dt.datetime) -> Figures:
    """The numbers as they are now; each is asked of an index or of few rows."""
    with reading() as session:
        due = (OutboxRow.state == text("'queued'"), OutboxRow.not_before <= now)
        oldest = session.scalar(select(func.min(OutboxRow.not_before)).where(*due))
        return Figures(
            notices=_by_state(session),
            oldest_due=max(0.0, (now - oldest).total_seconds()) if oldest else 0,
            open_cases=_count(session, Case.id, Case.is_open),
            overdue_cases=_count(session, Case.id, Case.is_open, Case.due_at < now),
            late_requests=_count(
                session, PrivacyRequest.id, PrivacyRequest.state == "open", PrivacyRequest.due_day < now.date()
            ),
            calendar_missing=_calendar_missing(session, now),
        )


def _by_state(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(OutboxRow.state, func.count()).where(OutboxRow.state.in_(WAITING)).group_by(OutboxRow.state)
    )
    return dict.fromkeys(WAITING, 0) | {state: n for state, n in rows}


def _count(session: Session, what: InstrumentedAttribute[Any], *where: ColumnElement[bool] | Any) -> int:
    return session.scalar(select(func.count(what)).where(*where)) or 0


def _calendar_missing(session: Session, now: dt.datetime) -> bool:
    wanted = {now.year, now.year + 1} if now.month >= ALARM_FROM else {now.year}
    return not wanted <= set(session.scalars(select(CalendarYear.year)))
