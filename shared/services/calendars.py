"""The working-day calendar: read for every due date, loaded a year at a time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.calendar import Calendar, DayKind, SpecialDay, parse_csv
from shared.domain.errors import Refused
from shared.models.calendar import CalendarDay, CalendarYear
from shared.models.case import Case
from shared.models.recount import Recount
from shared.remembered import Remembered

_known = Remembered[Calendar]()
forget = _known.forget


def calendar(session: Session) -> Calendar:
    """The calendar as loaded, as this process knows it."""
    return _known.get(session.get_bind().engine, lambda: _read(session))


def _read(session: Session) -> Calendar:
    days = session.scalars(select(CalendarDay)).all()
    years = session.scalars(select(CalendarYear.year)).all()
    special = {d.day: SpecialDay(d.day, DayKind(d.kind), d.name, d.source) for d in days}
    return Calendar(special=special, published=frozenset(years))


def load_years(text: str, now: dt.datetime) -> list[int]:
    """Loads the years that a CSV (date,kind,name,source) describes, replacing what was known of them.

    Returns the years. Raises Refused('calendar_csv', faults=[...]) with every faulty line.
    Running due dates move when `recounts.go_on` runs next.
    """
    days = parse_csv(text)
    if not days:
        raise Refused("calendar_csv", faults=["empty"])
    years = sorted({d.day.year for d in days})
    with work() as session:
        first, last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
        session.execute(delete(CalendarDay).where(CalendarDay.day.between(first, last)))
        session.execute(delete(CalendarYear).where(CalendarYear.year.in_(years)))
        session.add_all(CalendarDay(day=d.day, kind=str(d.kind), name=d.name, source=d.source) for d in days)
        sources = {d.day.year: d.source for d in days}
        session.add_all(CalendarYear(year=y, source=sources[y], loaded_at=now) for y in years)
        _begin_recount(session, now)
    forget()
    return years


def _begin_recount(session: Session, now: dt.datetime) -> None:
    """Whatever an earlier change left to be counted is counted by this run."""
    session.execute(update(Recount).where(Recount.ended_at.is_(None)).values(ended_at=now))
    total = session.scalar(select(func.count()).select_from(Case).where(Case.is_open)) or 0
    session.add(Recount(begun_at=now, total=total))


def loaded() -> list[tuple[CalendarYear, list[CalendarDay]]]:
    """The loaded years, newest first, with their special days."""
    with reading() as session:
        years = session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())).all()
        days = session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()
        return [(y, [d for d in days if d.day.year == y.year]) for y in years]
