"""Stretches of days that a report covers: days, weeks, months, quarters, half-years, years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.calendar import ONE_DAY, Calendar

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a period has, where it begins with the first of one."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date


def last_of_month(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def period_of(covers: str, day: date) -> Period:
    """The month, quarter, half-year or year in which a day lies."""
    months = MONTHS[covers]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = last_of_month(first.replace(month=first.month + months - 1))
    return Period(first, last)


def week_of(day: date, weekday: int = 7) -> Period:
    """The seven days that end on this weekday (1 is Monday) and hold the day."""
    last = day + timedelta(days=(weekday - day.isoweekday()) % 7)
    return Period(last - timedelta(days=6), last)


def working_day_of(day: date, calendar: Calendar) -> Period:
    """A working day with the days off just before it, which are read together with it."""
    last = day
    while not calendar.is_working(last):
        last += ONE_DAY
    return Period(calendar.back(last, 1) + ONE_DAY, last)
