"""Which reports an institution owes, for which days, by when, and who makes them (digest, section F)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import ONE_DAY, Calendar, Due, Unit
from shared.domain.errors import Refused
from shared.domain.lifecycle import OFFICE_ROLES, Role
from shared.domain.periods import MONTHS, Period, last_of_month, period_of, week_of, working_day_of
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Report

EVERY = ("week", "month", "quarter", "half_year", "year")
MOST_DAYS = 20
MOST_MISSED = 40
"""So many periods are opened after the fact where nobody has asked for them meanwhile."""
WARNED = (3, 0)
"""So many working days before its day whoever makes a report is told of it; 0 is the day itself."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a report is made whose rule book says no more than 定期, and how many working days it takes."""

    every: str
    days: int = 0

    @classmethod
    def of(cls, every: str, days: int | None) -> Rhythm:
        """Raises Refused('missing', field)."""
        if every not in EVERY:
            raise Refused("missing", field="every")
        if days is None or not 0 <= days <= MOST_DAYS:
            raise Refused("missing", field="days")
        return cls(every, days)


@dataclass(frozen=True, slots=True)
class Task:
    """A report that is owed for a period."""

    report: Report
    period: Period
    due: Due


def rhythm_of(report: Report, rhythms: Mapping[str, Rhythm]) -> Rhythm | None:
    """What the institution has set, or the rule book's own period (R20.09: 每月); None where both are open."""
    if report.due.kind != "set":
        return None
    told = report.covers if report.covers in EVERY and "covers" in report.model_fields_set else ""
    return rhythms.get(report.code) or (Rhythm(told) if told else None)


def period(report: Report, day: date, calendar: Calendar, rhythm: Rhythm | None = None) -> Period | None:
    """The period in which a day lies; None for a report that only an event or a decision calls for."""
    due, covers = report.due, rhythm.every if rhythm else report.covers
    if due.kind == "on_event" or (due.kind == "set" and rhythm is None):
        return None
    if due.kind == "daily":
        return working_day_of(day, calendar) if due.rolls else Period(day, day)
    if due.kind == "weekday" or covers == "week":
        return week_of(day, (due.value if due.kind == "weekday" else None) or 7)
    fixed = {"half_year": "half_year", "year_end": "year"}.get(due.kind, covers)
    return period_of(fixed if fixed in MONTHS else "month", day)


def due_on(report: Report, told: Period, calendar: Calendar, rhythm: Rhythm | None = None) -> Due:
    """The day by which it is made; a day off is followed by the next working day unless the rule book says otherwise.

    `month_day` and `first_week` lie in the month after the period (R13.11, R22.08), everything else at its end.
    """
    kind, day = report.due.kind, told.last
    if kind == "set" and rhythm is not None and rhythm.days:
        return calendar.count(day, rhythm.days, Unit.WORKING_DAYS)
    if kind == "month_day":
        last = last_of_month(day + ONE_DAY)
        day = last.replace(day=min(report.due.value or last.day, last.day))
    elif kind == "first_week":
        day = _first_week(day + ONE_DAY, calendar)
    return calendar.roll(day, day) if report.due.rolls else Due(day, provisional=False)


def _first_week(first: date, calendar: Calendar) -> date:
    """The last working day of the week in which the month's first working day lies (R22.08: 第一个工作周)."""
    begins = calendar.roll(first, first).day
    days = [date.fromordinal(n) for n in range(begins.toordinal(), week_of(begins).last.toordinal() + 1)]
    return [day for day in days if calendar.is_working(day)][-1]


def owed(
    book: Regime, rhythms: Mapping[str, Rhythm], latest: Mapping[str, date], today: date, calendar: Calendar
) -> list[Task]:
    """What has to be opened today: every period since the latest that is known, up to the one that runs.

    `latest` is the last day of the newest period of each report. Where there is none yet, the period that runs is
    opened, and the one before it while its day hasn't passed.
    """
    found: list[Task] = []
    for report in book.reports:
        rhythm = rhythm_of(report, rhythms)
        running = period(report, today, calendar, rhythm)
        if running is None:
            continue
        known = latest.get(report.code)
        for one in _periods(report, running, known, calendar, rhythm):
            due = due_on(report, one, calendar, rhythm)
            fresh = known is not None or one == running or due.day >= today
            if fresh and not _told_with_the_year(book, report, one):
                found.append(Task(report, one, due))
    return found


def _periods(
    report: Report, running: Period, known: date | None, calendar: Calendar, rhythm: Rhythm | None
) -> Iterator[Period]:
    back: list[Period] = []
    one: Period | None = running
    while one is not None and len(back) < MOST_MISSED and (known is None or one.last > known):
        back.append(one)
        if known is None and len(back) == 2:
            break
        one = period(report, one.first - ONE_DAY, calendar, rhythm)
    yield from reversed(back)


def _told_with_the_year(book: Regime, report: Report, told: Period) -> bool:
    """R7.06 分半年和年终: the second half-year is told with the year, where there is a report of the year."""
    return (
        report.due.kind == "half_year"
        and told.first.month > 6
        and any(other.due.kind == "year_end" for other in book.reports)
    )


def called_by(book: Regime, event: str) -> list[Report]:
    """The reports that this event calls for (R4.05, R23.03)."""
    return [one for one in book.reports if one.due.kind == "on_event" and one.due.on == event]


def due_after(report: Report, day: date, until: str, calendar: Calendar) -> Due:
    """By when a report is made that an event of this day calls for: the day that the event names, or so many days."""
    if until:
        named = max(date.fromisoformat(until), day)
        return Due(named, provisional=False)
    return calendar.count(day, report.due.value or 0, Unit.WORKING_DAYS)


def report_of(book: Regime, code: str) -> Report | None:
    """The report of that code."""
    return next((one for one in book.reports if one.code == code), None)


def makers(book: Regime, report: Report | None) -> frozenset[Role]:
    """Who may make and hand in a report: whom the rule book names, and who heads the office."""
    named = {role for one in book.roles if report and one.code == report.by for role in one.roles} & OFFICE_ROLES
    return frozenset((named or OFFICE_ROLES) | {Role.CHIEF})


def readers(book: Regime, report: Report) -> list[Role]:
    """Whom a report goes to, as far as they act in the product."""
    return [book.acts_as[code] for code in report.to if code in book.acts_as]


def by_person(report: Report | None) -> bool:
    """Whether it is a record that a person writes, without figures: minutes, what was read (R20.07, R20.09)."""
    return report is not None and not report.items


def moments(due: date, calendar: Calendar, *, daily: bool) -> list[date]:
    """The days on which whoever makes a report is told of it, in order, the last one the day it is late."""
    early = () if daily else WARNED
    return [*(calendar.back(due, days) for days in early), due + ONE_DAY]
