"""Who is on duty when: the periods of a rule book in a year, the shifts of a day, what duty officers write down.

A period in which somebody is there round the clock changes no limit: no rule book says that it does (R4.03).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.calendar import ONE_DAY, Calendar, DayKind
from shared.domain.errors import Refused
from shared.domain.hours import Hours
from shared.domain.regimes import Regime
from shared.domain.regimes.people import Roster

DAY, NIGHT = "day", "night"
KINDS = ("visit", "call")
"""R4.03: 来访来电记录、电话记录."""
OUTCOMES = ("registered", "explained", "passed_on")


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days, both ends included, on which a roster asks for somebody."""

    roster: str
    name: str
    first: dt.date
    last: dt.date
    all_day: bool

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Call:
    """A visit or a call that the duty officer took: no words of whoever came, those stand in the complaint."""

    kind: str
    topic: str
    outcome: str
    at: dt.datetime | None
    register_no: str = ""


def periods(book: Regime, first: dt.date, last: dt.date, calendar: Calendar) -> list[Period]:
    """Every period of the rule book that touches these days, in order; holidays are those of the working calendar."""
    found: list[Period] = []
    for one in book.rosters:
        spans = _seasons(one, first, last) if one.first and one.last else _holidays(first, last, calendar)
        found += [
            Period(one.code, name or one.name, a, b, one.all_day) for name, a, b in spans if a <= last and b >= first
        ]
    return sorted(found, key=lambda p: (p.first, p.last, p.roster))


def on(book: Regime, day: dt.date, calendar: Calendar) -> list[Period]:
    """The periods that hold this day."""
    return [one for one in periods(book, day, day, calendar) if one.holds(day)]


def shifts(one: Period) -> tuple[str, ...]:
    """The shifts of each of its days: a night where somebody is there round the clock (R4.03)."""
    return (DAY, NIGHT) if one.all_day else (DAY,)


def shift_at(moment: dt.datetime, hours: Hours) -> tuple[dt.date, str]:
    """The day and the shift of a moment in local time; before opening it is still the night of the day before."""
    day, clock = moment.date(), moment.time()
    opens, closes = hours.on(day)
    if clock < opens:
        return day - ONE_DAY, NIGHT
    return (day, DAY) if clock < closes else (day, NIGHT)


def check_shift(book: Regime, roster: str, day: dt.date, part: str, calendar: Calendar) -> Period:
    """The period that a shift belongs to; raises Refused('no_roster') or Refused('no_duty_day') where there is none."""
    if not book.rosters:
        raise Refused("no_roster")
    found = next((p for p in on(book, day, calendar) if p.roster == roster and part in shifts(p)), None)
    if found is None:
        raise Refused("no_duty_day", field="day")
    return found


def check_call(book: Regime, call: Call, now: dt.datetime) -> None:
    """Raises Refused('no_roster'), Refused('missing', field) and Refused('future_time', field='at')."""
    if not any(one.keeps for one in book.rosters):
        raise Refused("no_roster")
    if call.kind not in KINDS:
        raise Refused("missing", field="kind")
    if call.topic and call.topic not in {c.code for c in book.categories}:
        raise Refused("missing", field="category")
    if call.outcome not in OUTCOMES:
        raise Refused("missing", field="outcome")
    if call.outcome == "registered" and not call.register_no.strip():
        raise Refused("missing", field="register_no")
    if call.at is None:
        raise Refused("missing", field="at")
    if call.at > now:
        raise Refused("future_time", field="at")


def _seasons(one: Roster, first: dt.date, last: dt.date) -> Iterable[tuple[str, dt.date, dt.date]]:
    """The same days of every year; one that ends before it begins reaches over New Year."""
    for year in range(first.year - 1, last.year + 2):
        begin, end = _day(year, str(one.first)), _day(year, str(one.last))
        yield "", begin, end if begin <= end else _day(year + 1, str(one.last))


def _holidays(first: dt.date, last: dt.date, calendar: Calendar) -> Iterable[tuple[str, dt.date, dt.date]]:
    """Runs of days off around each public holiday; a plain weekend is none."""
    day = first - 15 * ONE_DAY
    while day <= last:
        if not _holiday(day, calendar):
            day += ONE_DAY
            continue
        begin, end = day, day
        while not calendar.is_working(begin - ONE_DAY):
            begin -= ONE_DAY
        while not calendar.is_working(end + ONE_DAY):
            end += ONE_DAY
        special = calendar.special.get(day)
        yield (special.name if special else ""), begin, end
        day = end + ONE_DAY


def _holiday(day: dt.date, calendar: Calendar) -> bool:
    special = calendar.special.get(day)
    return special is not None and special.kind is DayKind.HOLIDAY


def _day(year: int, text: str) -> dt.date:
    month, day = int(text[:2]), int(text[3:])
    while True:
        try:
            return dt.date(year, month, day)
        except ValueError:
            day -= 1
