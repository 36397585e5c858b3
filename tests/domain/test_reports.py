"""When reports are due, for which days, who makes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from shared.domain import regimes, reports
from shared.domain.calendar import Calendar, parse_csv
from shared.domain.errors import Refused
from shared.domain.periods import Period, period_of, week_of, working_day_of
from shared.domain.regimes.records import DueDay, Report
from shared.domain.reports import Rhythm

CSV = Path(__file__).resolve().parents[2] / "shared/domain/calendars/cn.csv"
CN = Calendar.of(parse_csv(CSV.read_text(encoding="utf-8")))
BARE = Calendar.of([])
D = dt.date


def report(kind: str, covers: str = "month", **due: object) -> Report:
    return Report(code="r", name="报告", row="cfg", due=DueDay(kind=kind, **due), covers=covers)


@pytest.mark.parametrize(
    ("kind", "covers", "value", "day", "first", "last", "due"),
    [
        ("month_end", "month", None, D(2026, 11, 2), D(2026, 11, 1), D(2026, 11, 30), D(2026, 11, 30)),
        ("month_end", "month", None, D(2026, 10, 8), D(2026, 10, 1), D(2026, 10, 31), D(2026, 11, 2)),  # a Saturday
        ("month_end", "month", None, D(2026, 2, 9), D(2026, 2, 1), D(2026, 2, 28), D(2026, 2, 28)),  # worked: make-up
        ("month_day", "month", 10, D(2026, 8, 31), D(2026, 8, 1), D(2026, 8, 31), D(2026, 9, 10)),
        ("month_day", "month", 10, D(2026, 9, 30), D(2026, 9, 1), D(2026, 9, 30), D(2026, 10, 10)),  # worked Saturday
        ("month_day", "month", 3, D(2026, 9, 1), D(2026, 9, 1), D(2026, 9, 30), D(2026, 10, 8)),  # in the holidays
        ("month_day", "month", 31, D(2026, 1, 5), D(2026, 1, 1), D(2026, 1, 31), D(2026, 2, 28)),  # no 31 February
        ("first_week", "month", None, D(2026, 8, 3), D(2026, 8, 1), D(2026, 8, 31), D(2026, 9, 4)),
        ("first_week", "month", None, D(2026, 9, 3), D(2026, 9, 1), D(2026, 9, 30), D(2026, 10, 10)),  # 8.–10. October
        ("first_week", "month", None, D(2026, 4, 3), D(2026, 4, 1), D(2026, 4, 30), D(2026, 5, 9)),  # make-up day
        ("half_year", "half_year", None, D(2026, 3, 1), D(2026, 1, 1), D(2026, 6, 30), D(2026, 6, 30)),
        ("half_year", "half_year", None, D(2026, 7, 1), D(2026, 7, 1), D(2026, 12, 31), D(2026, 12, 31)),
        ("year_end", "year", None, D(2026, 3, 1), D(2026, 1, 1), D(2026, 12, 31), D(2026, 12, 31)),
        ("weekday", "week", 5, D(2026, 9, 7), D(2026, 9, 5), D(2026, 9, 11), D(2026, 9, 11)),
        ("weekday", "week", 5, D(2026, 9, 26), D(2026, 9, 26), D(2026, 10, 2), D(2026, 10, 8)),
        ("daily", "day", None, D(2026, 9, 8), D(2026, 9, 8), D(2026, 9, 8), D(2026, 9, 8)),
        ("daily", "day", None, D(2026, 9, 12), D(2026, 9, 12), D(2026, 9, 14), D(2026, 9, 14)),  # with the weekend
        ("daily", "day", None, D(2026, 10, 3), D(2026, 10, 1), D(2026, 10, 8), D(2026, 10, 8)),
    ],
)
def test_each_kind_of_report_has_its_days_and_its_due_day(kind, covers, value, day, first, last, due):
    one = report(kind, covers, value=value)
    told = reports.period(one, day, CN)
    assert told == Period(first, last)
    assert reports.due_on(one, told, CN).day == due


def test_a_year_whose_holidays_are_not_published_leaves_the_day_provisional():
    told = reports.period(report("year_end", "year"), D(2028, 5, 1), BARE)
    due = reports.due_on(report("year_end", "year"), told, BARE)
    assert (due.day, due.provisional) == (D(2029, 1, 2), True)  # Sunday, then New Year


def test_a_report_that_does_not_roll_is_due_on_the_day_off_itself():
    told = period_of("month", D(2026, 10, 1))
    assert reports.due_on(report("month_end", rolls=False), told, CN).day == D(2026, 10, 31)
    assert reports.period(report("daily", "day", rolls=False), D(2026, 10, 3), CN) == Period(
        D(2026, 10, 3), D(2026, 10, 3)
    )


@pytest.mark.parametrize(
    ("every", "days", "first", "last", "due"),
    [
        ("week", 0, D(2026, 9, 7), D(2026, 9, 13), D(2026, 9, 14)),
        ("month", 5, D(2026, 9, 1), D(2026, 9, 30), D(2026, 10, 13)),
        ("quarter", 0, D(2026, 7, 1), D(2026, 9, 30), D(2026, 9, 30)),
        ("half_year", 10, D(2026, 7, 1), D(2026, 12, 31), D(2027, 1, 15)),
        ("year", 0, D(2026, 1, 1), D(2026, 12, 31), D(2026, 12, 31)),
    ],
)
def test_what_is_called_regular_follows_the_rhythm_that_the_institution_sets(every, days, first, last, due):
    one, rhythm = report("set", "event"), Rhythm(every, days)
    told = reports.period(one, D(2026, 9, 8), CN, rhythm)
    assert told == Period(first, last)
    assert reports.due_on(one, told, CN, rhythm).day == due


def test_without_a_rhythm_nothing_opens_by_itself():
    book = regimes.parse(regimes.shipped("R15"))
    assert reports.owed(book, {}, {}, D(2026, 9, 7), CN) == []
    assert [t.period.last for t in reports.owed(book, {"analysis": Rhythm("quarter", 5)}, {}, D(2026, 9, 7), CN)] == [
        D(2026, 9, 30)
    ]


@pytest.mark.parametrize(
    ("every", "days", "field"), [("day", 1, "every"), ("month", None, "days"), ("month", 21, "days")]
)
def test_a_rhythm_that_says_nothing_is_refused(every, days, field):
    with pytest.raises(Refused) as caught:
        Rhythm.of(every, days)
    assert caught.value.facts["field"] == field


def test_the_running_period_is_opened_and_the_one_before_while_its_day_is_to_come():
    book = regimes.parse(regimes.shipped("R13"))
    early = reports.owed(book, {}, {}, D(2026, 9, 7), CN)
    assert [(t.report.code, t.period.first.month, t.due.day) for t in early] == [
        ("review", 8, D(2026, 9, 10)),
        ("review", 9, D(2026, 10, 10)),
        ("statistics", 8, D(2026, 9, 10)),
        ("statistics", 9, D(2026, 10, 10)),
    ]
    assert {t.period.first.month for t in reports.owed(book, {}, {}, D(2026, 9, 11), CN)} == {9}


def test_what_a_stopped_scheduler_has_missed_is_opened_afterwards():
    book = regimes.parse(regimes.shipped("R10"))
    missed = reports.owed(book, {}, {"monthly": D(2026, 6, 30)}, D(2026, 9, 7), CN)
    assert [t.period.first.month for t in missed] == [7, 8, 9]
    assert reports.owed(book, {}, {"monthly": D(2026, 9, 30)}, D(2026, 9, 30), CN) == []


def test_the_second_half_year_is_told_with_the_year():
    book = regimes.parse(regimes.shipped("R7"))
    codes = [(t.report.code, t.due.day) for t in reports.owed(book, {}, {}, D(2026, 12, 1), CN)]
    assert codes == [("year", D(2026, 12, 31))]
    spring = [(t.report.code, t.due.day) for t in reports.owed(book, {}, {}, D(2026, 4, 1), CN)]
    assert spring == [("half_year", D(2026, 6, 30)), ("year", D(2026, 12, 31))]


def test_whoever_the_rule_book_names_makes_it_and_whoever_heads_the_office():
    book = regimes.parse(regimes.shipped("R9"))
    assert reports.makers(book, reports.report_of(book, "statistics")) == {"archivist", "chief"}
    assert reports.makers(book, reports.report_of(book, "visits")) == {"intake", "chief"}


def test_warnings_come_three_working_days_before_on_the_day_and_when_it_is_late():
    assert reports.moments(D(2026, 10, 10), CN, daily=False) == [D(2026, 9, 30), D(2026, 10, 10), D(2026, 10, 11)]
    assert reports.moments(D(2026, 9, 8), CN, daily=True) == [D(2026, 9, 9)]


def test_weeks_end_on_any_weekday():
    assert week_of(D(2026, 9, 7), 1) == Period(D(2026, 9, 1), D(2026, 9, 7))
    assert working_day_of(D(2026, 9, 7), CN) == Period(D(2026, 9, 5), D(2026, 9, 7))
