"""Which days are working days, and on which day a term counted from a date ends."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from shared.domain.errors import Refused

ONE_DAY = timedelta(days=1)
COLUMNS = ["date", "kind", "name", "source"]
NAME_MAX, SOURCE_MAX = 50, 200
# 全国年节及纪念日放假办法 (as amended 2024, in force since 2025), the days with a fixed date in the solar calendar.
FIXED_DAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

Span = tuple[date, date]  # first day, first day after


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "WD"
    CALENDAR_DAYS = "CD"
    SAME_DAY = "SD"
    HOURS = "H"
    MONTHS = "M"
    PROMISED = "P"
    """A day that somebody named: the start event carries it."""


class DayKind(StrEnum):
    """How a special day departs from Monday to Friday."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class Reason(StrEnum):
    """Why a day in an explanation counts or does not."""

    START_DAY = "start_day"
    COUNTED = "counted"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ROLLED = "rolled"
    EXTENDED = "extended"
    FIXED = "fixed"
    PROMISED = "promised"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that a published notice makes a holiday or a working day."""

    day: date
    kind: DayKind
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term; provisional when it leans on a year whose notice is not out yet."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One day of an explanation: its number in the count, or None with the reason why it has none."""

    day: date
    counted: int | None
    reason: Reason
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line of an imported table."""

    line: int
    code: str
    value: str


@dataclass(frozen=True)
class Calendar:
    """Working days: Monday to Friday, corrected by special days; unpublished years know their fixed holidays only."""

    special: Mapping[date, SpecialDay]
    published: frozenset[int]
    _left: dict[tuple[date, date], int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What has been counted before: a page of the queue asks for the same few days again and again."""

    @classmethod
    def of(cls, days: Iterable[SpecialDay]) -> Self:
        """Build from special days; a year is published when its New Year's Day is among them."""
        special = {day.day: day for day in days}
        # A notice may reach into the December before, so a year is known by the day that every notice opens with.
        return cls(special, frozenset(day.year for day in special if (day.month, day.day) == (1, 1)))

    def is_working(self, day: date) -> bool:
        """Say whether offices work on this day."""
        special = self.special.get(day)
        if special is not None:
            return special.kind is DayKind.WORKDAY
        return day.weekday() < 5 and not self._is_fixed_holiday(day)

    def is_published(self, year: int) -> bool:
        """Say whether the notice for this year is loaded."""
        return year in self.published

    def count(
        self,
        start: date,
        value: int,
        unit: Unit,
        pauses: Sequence[Span] = (),
        *,
        rolls: bool | None = None,
        first_day: bool = False,
    ) -> Due:
        """Return the last day of a term of working days, calendar days or months, or the same day.

        `rolls` is whether a last day off moves on (None: it does, but not for the same day), `first_day` whether the
        start counts as the first. Hours run from a moment and promised days are given: ValueError.
        """
        if unit in (Unit.HOURS, Unit.PROMISED):
            raise ValueError("hours are counted from a moment and a promised day is given, neither from a day")
        day = start
        if unit is Unit.SAME_DAY:
            while _inside(day, pauses):
                day += ONE_DAY
            return self.roll(start, day, pauses) if rolls else Due(day, provisional=False)
        left, unit = days_of(start, value, unit)
        if first_day and left and self._counts(start, unit, pauses):
            left -= 1
        while left > 0:  # 民法典 201: the start day is not counted
            day += ONE_DAY
            if self._counts(day, unit, pauses):
                left -= 1
        if rolls is False and unit is Unit.CALENDAR_DAYS:
            return Due(day, provisional=False)
        return self.roll(start, day, pauses)

    def roll(self, start: date, day: date, pauses: Sequence[Span] = ()) -> Due:
        """Move the last day of a term begun on `start` to the first day on which offices work and nothing is paused."""
        while not self.is_working(day) or _inside(day, pauses):  # 民法典 203
            day += ONE_DAY
        first = min(start + ONE_DAY, day)
        return Due(day, any(year not in self.published for year in range(first.year, day.year + 1)))

    def back(self, due: date, days: int) -> date:
        """Return the day that lies this many working days before `due`."""
        day = due
        while days > 0:
            day -= ONE_DAY
            if self.is_working(day):
                days -= 1
        return day

    def working_days_left(self, today: date, due: date) -> int:
        """Count working days until `due`: 0 only on the day itself, negative after it, at least 1 apart otherwise."""
        if today == due:
            return 0
        if (today, due) in self._left:
            return self._left[today, due]
        early, late = sorted((today, due))
        days = sum(self.is_working(early + timedelta(days=n)) for n in range(1, (late - early).days + 1))
        # Friday's limit seen on Saturday is past although no working day has gone by.
        self._left[today, due] = left = max(days, 1) if today < due else -max(days, 1)
        return left

    def walk(
        self,
        start: date,
        due: date,
        unit: Unit,
        value: int | None = None,
        pauses: Sequence[Span] = (),
        *,
        first_day: bool = False,
    ) -> list[Line]:
        """List every day from `start` to `due` with its number; days after number `value` only carry the end along."""
        if value is not None:
            value, unit = days_of(start, value, unit)
        counted = int(bool(first_day and value and self._counts(start, unit, pauses)))
        lines = [self._line(start, counted or None, Reason.COUNTED if counted else Reason.START_DAY)]
        for day in (start + timedelta(days=n) for n in range(1, (due - start).days + 1)):
            reason = self._reason(day, unit, pauses, full=counted == value)
            if reason in (Reason.COUNTED, Reason.MAKEUP):
                counted += 1
                lines.append(self._line(day, counted, reason))
            else:
                lines.append(self._line(day, None, reason))
        return lines

    def _is_fixed_holiday(self, day: date) -> bool:
        return day.year not in self.published and (day.month, day.day) in FIXED_DAYS

    def _counts(self, day: date, unit: Unit, pauses: Sequence[Span]) -> bool:
        return (unit is Unit.CALENDAR_DAYS or self.is_working(day)) and not _inside(day, pauses)

    def _reason(self, day: date, unit: Unit, pauses: Sequence[Span], *, full: bool) -> Reason:
        if _inside(day, pauses):
            return Reason.PAUSED
        if full:
            return Reason.ROLLED
        if unit is Unit.CALENDAR_DAYS:
            return Reason.COUNTED
        if self.is_working(day):
            return Reason.MAKEUP if day in self.special else Reason.COUNTED
        return Reason.HOLIDAY if day in self.special or self._is_fixed_holiday(day) else Reason.WEEKEND

    def _line(self, day: date, counted: int | None, reason: Reason) -> Line:
        special = self.special.get(day)
        return Line(day, counted, reason, special.name if special else "", provisional=day.year not in self.published)


def days_of(start: date, value: int, unit: Unit) -> tuple[int, Unit]:
    """A term in months as so many calendar days from `start`; any other as it is."""
    if unit is not Unit.MONTHS:
        return value, unit
    # 民法典 202: a month ends on the day of the same number, or on its last day where it has none.
    year, month = divmod(start.month - 1 + value, 12)
    first = date(start.year + year, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
    return (min(first + timedelta(days=start.day - 1), last) - start).days, Unit.CALENDAR_DAYS


def _inside(day: date, pauses: Sequence[Span]) -> bool:
    return any(first <= day < after for first, after in pauses)


def parse_csv(text: str) -> list[SpecialDay]:
    """Read `date,kind,name,source`; raises Refused("calendar_csv", faults=[Fault, …]) with every fault at once."""
    days: dict[date, SpecialDay] = {}
    faults: list[Fault] = []
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise Refused("calendar_csv", faults=[Fault(reader.line_num, "unreadable", str(error))]) from error
    rows = [(line, row) for line, row in rows if any(row)]
    if not rows or rows[0][1] != COLUMNS:
        raise Refused("calendar_csv", faults=[Fault(1, "header", ",".join(rows[0][1]) if rows else "")])
    for line, row in rows[1:]:
        day, found = _parse_row(line, row)
        if day and day.day in days:
            found.append(Fault(line, "duplicate", day.day.isoformat()))
        elif day:
            days[day.day] = day
        faults += found
    if not rows[1:]:
        faults.append(Fault(rows[0][0], "empty", ""))
    if faults:
        raise Refused("calendar_csv", faults=faults)
    return list(days.values())


def _parse_row(line: int, row: list[str]) -> tuple[SpecialDay | None, list[Fault]]:
    if len(row) != len(COLUMNS):
        return None, [Fault(line, "columns", str(len(row)))]
    written, kind, name, source = row
    faults = [
        Fault(line, code, value)
        for code, value, limit in (("name", name, NAME_MAX), ("source", source, SOURCE_MAX))
        if not 0 < len(value) <= limit or not value.isprintable()
    ]
    day = _parse_date(written)
    if day is None:
        faults.append(Fault(line, "date", written))
    if kind not in set(DayKind):
        faults.append(Fault(line, "kind", kind))
    elif kind == DayKind.WORKDAY and day is not None and day.weekday() < 5:
        # A make-up working day only makes sense on a weekend: elsewhere it is a slip of the pen.
        faults.append(Fault(line, "not_weekend", written))
    if faults or day is None:
        return None, faults
    return SpecialDay(day, DayKind(kind), name, source), []


def _parse_date(written: str) -> date | None:
    # A spreadsheet that saves this table turns 2027-01-01 into 2027/1/1.
    found = re.fullmatch(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", written)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
