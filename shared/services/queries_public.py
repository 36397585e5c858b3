"""What everybody may read: published common issues, and figures of months that have ended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.lifecycle import OPEN, State
from shared.domain.small_numbers import safe, share
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.common_issue import CommonIssue
from shared.models.institution import Institution
from shared.models.rating import Rating
from shared.services.regimes import regime_of

PAGE = 10
MONTHS = 12
SATISFIED = ("very_good", "good", "fair")


@dataclass(frozen=True, slots=True)
class Published:
    """One issue with the institution that speaks."""

    issue: CommonIssue
    place: Institution


@dataclass(frozen=True, slots=True)
class Notices:
    """A page of issues."""

    issues: list[Published]
    more: bool


def notices(institution: Institution | None, words: str, number: int) -> Notices:
    """Published issues, newest first; of all institutions where none is named. `number` counts pages from 1."""
    with reading() as session:
        query = _published(institution)
        if words:
            said = CommonIssue.title + CommonIssue.problem + CommonIssue.improvement
            query = query.where(said.contains(words, autoescape=True))
        query = query.order_by(CommonIssue.published_at.desc(), CommonIssue.id.desc())
        rows = session.execute(query.limit(PAGE + 1).offset(PAGE * (number - 1))).all()
    return Notices([Published(i, p) for i, p in rows[:PAGE]], len(rows) > PAGE)


def notice(institution: Institution | None, issue_id: int) -> Published | None:
    """One published issue; None where it isn't published (any more)."""
    with reading() as session:
        row = session.execute(_published(institution).where(CommonIssue.id == issue_id)).one_or_none()
    return Published(row[0], row[1]) if row else None


def _published(institution: Institution | None):  # type: ignore[no-untyped-def]  # a Select of two rows
    query = select(CommonIssue, Institution).join(Institution, Institution.id == CommonIssue.institution_id)
    query = query.where(CommonIssue.state == "published")
    return query.where(CommonIssue.institution_id == institution.id) if institution else query


@dataclass(frozen=True, slots=True)
class Figures:
    """Twelve ended months; None is a number too small to be told."""

    months: dict[str, int | None]
    states: dict[str, int | None]
    categories: dict[str, int | None]
    on_time: int | None
    satisfied: int | None
    first: dt.date
    until: dt.date


def figures(institution: Institution, today: dt.date) -> Figures:
    """The figures of the last twelve ended months, by the month of receipt in the institution's zone."""
    zone = ZoneInfo(institution.time_zone)
    until = today.replace(day=1)
    first = until.replace(year=until.year - 1)
    begin, end = (dt.datetime.combine(d, dt.time(), zone) for d in (first, until))
    mine = (Case.institution_id == institution.id, Case.received_at >= begin, Case.received_at < end)
    with reading() as session:
        rows = session.execute(select(Case.received_at, Case.state, Case.category).where(*mine)).all()
        late, met = _punctual(session, mine)
        per_level = select(Rating.level, func.count()).join(Case, Case.id == Rating.case_id).where(*mine)
        rated = {level: n for level, n in session.execute(per_level.group_by(Rating.level))}
        names = {c.code: c.name for c in regime_of(session, institution.regime_version_id).categories}
    months = Counter(f"{r.received_at.astimezone(zone):%Y-%m}" for r in rows)
    every = _months(first)
    said = {k: n for k, n in rated.items() if k and k != "unsure"}
    return Figures(
        months=safe({m: months.get(m, 0) for m in every}),
        states=safe(dict(Counter(_group(r.state) for r in rows))),
        categories=safe(dict(Counter(names[r.category] for r in rows if r.category in names))),
        on_time=share(met, met + late),
        satisfied=share(sum(said.get(level, 0) for level in SATISFIED), sum(said.values())),
        first=first,
        until=until - dt.timedelta(days=1),
    )


def _punctual(session: Session, mine: tuple[object, ...]) -> tuple[int, int]:
    """How many limits were missed and how many were met."""
    met = ClockRow.stopped_at <= ClockRow.due_at
    query = (
        select(met, func.count())
        .join(Case, Case.id == ClockRow.case_id)
        .where(*mine, ClockRow.stopped_at.is_not(None))  # type: ignore[arg-type]  # conditions
        .group_by(met)
    )
    counted = {bool(k): n for k, n in session.execute(query)}
    return counted.get(False, 0), counted.get(True, 0)


def _group(state: str) -> str:
    if state in OPEN:
        return "open"
    return state if state in {State.REFUSED, State.REFERRED, State.WITHDRAWN} else "done"


def _months(first: dt.date) -> list[str]:
    return [f"{first.year + (first.month - 1 + i) // 12}-{(first.month - 1 + i) % 12 + 1:02d}" for i in range(MONTHS)]
