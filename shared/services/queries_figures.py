"""Public figures of the last twelve ended months, as they stood when the last one ended; small ones are hidden."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.db import db, reading
from shared.domain.lifecycle import OPEN, State
from shared.domain.regimes import Regime
from shared.domain.small_numbers import LEAST, safe, share
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.rating import Rating
from shared.services.answers import LEVELS
from shared.services.regimes import regime_of

MONTHS = 12
GROUPS = ("open", "done", "refused", "referred", "withdrawn")
SATISFIED = ("very_good", "good", "fair")
_KEPT_SECONDS = 600.0
_known: dict[tuple[str, int, dt.date], tuple[float, Figures]] = {}

Cells = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """Twelve ended months; None is a number that is not told."""

    first: dt.date
    until: dt.date
    total: int | None
    months: Cells
    states: Cells
    categories: Cells
    """By code; '' stands for cases without a category."""
    names: dict[str, str]
    punctual: Cells
    """Limits met in time and missed."""
    on_time: int | None
    levels: Cells
    satisfied: int | None


def figures(institution: Institution, today: dt.date) -> Figures:
    """The figures of an institution; counted once in ten minutes at most, for anybody may ask again and again."""
    key = (str(db.engine.url), institution.id, today.replace(day=1))
    at, known = _known.get(key, (0.0, None))
    if known is None or time.monotonic() - at > _KEPT_SECONDS:
        known = _figures(institution, today)
        _known[key] = (time.monotonic(), known)
    return known


def forget() -> None:
    """Drops what this process remembers."""
    _known.clear()


def _figures(institution: Institution, today: dt.date) -> Figures:
    days = _firsts(today)
    zone = ZoneInfo(institution.time_zone)
    moments = [dt.datetime.combine(day, dt.time(), zone) for day in days]
    end = moments[-1]
    mine = and_(Case.institution_id == institution.id, Case.received_at >= moments[0], Case.received_at < end)
    with reading() as session:
        regime = regime_of(session, institution.regime_version_id)
        monthly = [and_(Case.received_at >= a, Case.received_at < b) for a, b in pairwise(moments)]
        counts = session.execute(select(*(func.count().filter(month) for month in monthly)).where(mine)).one()
        states = _states(session, mine, end)
        found = session.execute(select(Case.category, func.count()).where(mine).group_by(Case.category))
        categories = {code: n for code, n in found}
        punctual = _punctual(session, mine, regime, end)
        rated = _rated(session, mine, end)
    total = sum(counts)
    said = {level: n for level, n in rated.items() if level != "unsure"}
    return Figures(
        first=days[0],
        until=days[-1] - dt.timedelta(days=1),
        total=None if 0 < total < LEAST else total,
        months=safe({f"{day:%Y-%m}": n for day, n in zip(days, counts, strict=False)}),
        states=safe(states),
        categories=safe({c: categories.get(c, 0) for c in dict.fromkeys([*_codes(regime), *sorted(categories)])}),
        names={c.code: c.name for c in regime.categories},
        punctual=safe(punctual),
        on_time=share(punctual["met"], sum(punctual.values())),
        levels=safe(rated),
        satisfied=share(sum(said[level] for level in SATISFIED), sum(said.values())),
    )


def _firsts(today: dt.date) -> list[dt.date]:
    """The first days of the twelve ended months and of the running one."""
    ended = today.year * 12 + today.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(ended - MONTHS, ended + 1)]


def _codes(regime: Regime) -> list[str]:
    return [category.code for category in regime.categories]


def _states(session: Session, mine: ColumnElement[bool], end: dt.datetime) -> dict[str, int]:
    """Where the cases stood when the last month ended, by their events; filing away says nothing about the result."""
    last = (
        select(Event.case_id, func.max(Event.seq).label("seq"))
        .join(Case, Case.id == Event.case_id)
        .where(mine, Event.at < end, Event.to_state != State.ARCHIVED)
        .group_by(Event.case_id)
        .subquery()
    )
    query = (
        select(Event.to_state, func.count())
        .join(last, and_(last.c.case_id == Event.case_id, last.c.seq == Event.seq))
        .group_by(Event.to_state)
    )
    counted: Counter[str] = Counter()
    for state, n in session.execute(query):
        counted[_group(state)] += n
    return {group: counted[group] for group in GROUPS}


def _group(state: str) -> str:
    if state in OPEN:
        return "open"
    return state if state in GROUPS else "done"


def _punctual(session: Session, mine: ColumnElement[bool], regime: Regime, end: dt.datetime) -> dict[str, int]:
    """How many limits for dealing with a case were met, and how many were missed or had run out by then."""
    stopped = ClockRow.stopped_at < end
    running = or_(ClockRow.stopped_at.is_(None), ClockRow.stopped_at >= end)
    met = and_(stopped, ClockRow.stopped_at <= ClockRow.due_at)
    late = or_(
        and_(stopped, ClockRow.stopped_at > ClockRow.due_at),
        and_(running, ClockRow.paused_since.is_(None), ClockRow.due_at < end),
    )
    query = (
        select(func.count().filter(met), func.count().filter(late))
        .select_from(ClockRow)
        .join(Case, Case.id == ClockRow.case_id)
        .where(mine, ClockRow.limit_id.in_(regime.extension.limits))
    )
    row = session.execute(query).one()
    return {"met": row[0], "late": row[1]}


def _rated(session: Session, mine: ColumnElement[bool], end: dt.datetime) -> dict[str, int]:
    query = (
        select(Rating.level, func.count())
        .join(Case, Case.id == Rating.case_id)
        .where(mine, Rating.at < end, Rating.level != "")
        .group_by(Rating.level)
    )
    found = {level: n for level, n in session.execute(query)}
    return {level: found.get(level, 0) for level in LEVELS}
