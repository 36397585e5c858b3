"""What the calendar page reads: the years that are loaded, and their days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select

from shared.db import reading
from shared.models.calendar import CalendarDay, CalendarYear


@dataclass(slots=True)
class Year:
    """A year with the days that differ from Monday to Friday."""

    year: int
    source: str
    loaded_at: dt.datetime
    days: list[CalendarDay] = field(default_factory=list)


def years() -> list[Year]:
    """The loaded years, newest first."""
    with reading() as session:
        found = session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc()))
        listed = {y.year: Year(y.year, y.source, y.loaded_at) for y in found}
        for day in session.scalars(select(CalendarDay).order_by(CalendarDay.day)):
            if day.day.year in listed:
                listed[day.day.year].days.append(day)
    return list(listed.values())
