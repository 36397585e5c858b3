"""Working days and terms, by worked example and against an independent table."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shared.domain import calendar as calendar_module
from shared.domain.calendar import Calendar, DayKind, Due, Reason, SpecialDay, Unit, parse_csv
from shared.domain.errors import Refused

SHIPPED = (Path(calendar_module.__file__).parent / "calendars" / "cn.csv").read_text(encoding="utf-8")
CN = Calendar.of(parse_csv(SHIPPED))
HEADER = "date,kind,name,source\n"
# Made up: the notice for 2027 is not out. New Year's Day (a Friday) with a make-up Sunday after it.
CSV_2027 = HEADER + "2027-01-01,holiday,元旦,试用\n2027-01-03,workday,元旦,试用\n2027-01-04,holiday,元旦,试用\n"
CN_2027 = Calendar.of([*parse_csv(SHIPPED), *parse_csv(CSV_2027)])
WD, CD, SD = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.SAME_DAY


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Refused) as refused:
        parse_csv(text)
    assert refused.value.code == "calendar_csv"
    return [(fault.line, fault.code) for fault in refused.value.facts["faults"]]


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_published_day_agrees_with_an_independent_table(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if CN.is_working(day) != chinese_calendar.is_workday(day)] == []
    assert days[-1] == date(year, 12, 31)


def test_the_shipped_table_names_its_notice_on_every_day():
    for day in CN.special.values():
        number = {2025: "国办发明电〔2024〕12号", 2026: "国办发明电〔2025〕7号"}[day.day.year]
        assert f"{day.day.year}年" in day.source
        assert number in day.source


def test_only_years_whose_new_year_is_in_the_table_are_published():
    assert CN.published == {2025, 2026}
    december = SpecialDay(date(2026, 12, 31), DayKind.HOLIDAY, "元旦", "试用")
    assert Calendar.of([december]).published == frozenset()
    assert not CN.is_published(2027)
    assert CN_2027.is_published(2027)


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        ("2026-09-28", 5, WD, "2026-10-10"),  # R2.05: ends on a make-up Saturday
        ("2026-09-28", 10, WD, "2026-10-16"),  # R2.06
        ("2026-11-23", 1, WD, "2026-11-24"),  # R2.09, R2.12, R2.15
        ("2026-11-27", 1, WD, "2026-11-30"),
        ("2026-11-22", 5, WD, "2026-11-27"),  # R5.05 from a Sunday
        ("2026-11-18", 30, WD, "2026-12-30"),  # R5.06
        ("2025-01-24", 1, WD, "2025-01-26"),  # a make-up Sunday
        ("2026-09-28", 3, CD, "2026-10-08"),  # 民法典 203: over the National Day holiday
        ("2026-11-23", 3, CD, "2026-11-26"),
        ("2026-11-25", 3, CD, "2026-11-30"),  # from Saturday to Monday
        ("2026-10-07", 3, CD, "2026-10-10"),  # a make-up Saturday is no day off
        ("2026-10-01", 0, SD, "2026-10-01"),
        ("2026-11-23", 0, SD, "2026-11-23"),
        ("2026-10-03", 0, WD, "2026-10-08"),
    ],
)
def test_terms_by_worked_example(start, value, unit, due):
    assert CN.count(date.fromisoformat(start), value, unit) == Due(date.fromisoformat(due), provisional=False)


def test_thirty_working_days_into_an_unpublished_year_are_provisional():
    assert CN.count(date(2026, 11, 20), 30, WD) == Due(date(2027, 1, 4), provisional=True)


def test_loading_the_year_moves_the_day_and_makes_it_firm():
    assert CN_2027.count(date(2026, 11, 20), 30, WD) == Due(date(2027, 1, 3), provisional=False)


def test_an_unpublished_year_keeps_the_holidays_with_a_fixed_date():
    fixed = [
        date(2027, 1, 1),
        date(2029, 5, 1),
        date(2029, 5, 2),
        date(2029, 10, 1),
        date(2029, 10, 2),
        date(2029, 10, 3),
    ]
    assert not any(CN.is_working(day) for day in fixed)
    assert CN.is_working(date(2029, 10, 4))
    assert CN.is_working(date(2029, 5, 3))


def test_calendar_days_into_an_unpublished_year_are_provisional():
    assert CN.count(date(2026, 12, 30), 3, CD) == Due(date(2027, 1, 4), provisional=True)
    assert CN.count(date(2026, 12, 28), 3, CD) == Due(date(2026, 12, 31), provisional=False)
    assert CN.count(date(2027, 2, 1), 0, SD) == Due(date(2027, 2, 1), provisional=False)


def test_a_start_in_an_unpublished_year_alone_makes_nothing_provisional():
    assert CN.count(date(2024, 12, 31), 1, WD) == Due(date(2025, 1, 2), provisional=False)
    assert CN.count(date(2024, 12, 30), 1, WD) == Due(date(2024, 12, 31), provisional=True)


def test_hours_are_not_counted_from_a_day():
    with pytest.raises(ValueError, match="moment"):
        CN.count(date(2026, 11, 23), 24, Unit.HOURS)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2026-09-28", 5),
        ("2026-10-01", 3),  # 8, 9 and 10 October
        ("2026-10-09", 1),
        ("2026-10-10", 0),
        ("2026-10-11", -1),  # a Sunday: past, though no working day has gone by
        ("2026-10-12", -1),
        ("2026-10-13", -2),
    ],
)
def test_working_days_left_until_the_tenth_of_october(today, left):
    assert CN.working_days_left(date.fromisoformat(today), date(2026, 10, 10)) == left


def test_a_day_off_due_tomorrow_is_not_due_today():
    assert CN.working_days_left(date(2026, 11, 21), date(2026, 11, 22)) == 1


def test_stepping_back_skips_days_off():
    assert CN.back(date(2026, 10, 10), 2) == date(2026, 10, 8)
    assert CN.back(date(2026, 10, 10), 3) == date(2026, 9, 30)
    assert CN.back(date(2026, 10, 10), 0) == date(2026, 10, 10)


def test_the_walk_names_each_day():
    lines = CN.walk(date(2026, 9, 30), date(2026, 10, 10), WD)
    assert [(line.day.day, line.counted, line.reason, line.name) for line in lines] == [
        (30, None, Reason.START_DAY, ""),
        *((day, None, Reason.HOLIDAY, "国庆节") for day in range(1, 8)),
        (8, 1, Reason.COUNTED, ""),
        (9, 2, Reason.COUNTED, ""),
        (10, 3, Reason.MAKEUP, "国庆节"),
    ]


def test_the_walk_tells_weekends_from_days_that_roll_the_end_along():
    week = [line.reason for line in CN.walk(date(2026, 11, 19), date(2026, 11, 23), WD)]
    assert week == ["start_day", "counted", "weekend", "weekend", "counted"]
    rolled = CN.walk(date(2026, 11, 19), date(2026, 11, 23), CD, value=2)
    assert [(line.counted, line.reason) for line in rolled[1:]] == [
        (1, Reason.COUNTED),
        (2, Reason.COUNTED),
        (None, Reason.ROLLED),
        (None, Reason.ROLLED),
    ]


def test_the_walk_marks_days_whose_year_is_not_published():
    lines = CN.walk(date(2026, 12, 31), date(2027, 1, 4), WD)
    assert [line.provisional for line in lines] == [False, True, True, True, True]
    assert lines[1].reason is Reason.HOLIDAY


def test_a_table_is_read_with_what_a_spreadsheet_does_to_it():
    text = "\ufeffdate,kind,name,source\r\n2027/1/1, holiday ,元旦,试用\r\n\r\n2027/1/3,workday,元旦,试用\r\n,,,\r\n"
    assert [(day.day, day.kind) for day in parse_csv(text)] == [
        (date(2027, 1, 1), DayKind.HOLIDAY),
        (date(2027, 1, 3), DayKind.WORKDAY),
    ]


def test_every_fault_of_a_table_is_told_at_once_with_its_line():
    rows = [
        "2027-01-01,holiday,元旦,试用",
        "2027-02-30,holiday,春节,试用",
        "2027-01-01,holiday,元旦,试用",
        "2027-01-05,workday,元旦,试用",
        "soon,feast,,试用",
        "2027-01-06,holiday",
        f"2027-01-07,holiday,{'长' * 51},试\x00用",
    ]
    assert faults(HEADER + "\n".join(rows)) == [
        *((3, "date"), (4, "duplicate"), (5, "not_weekend")),
        *((6, "name"), (6, "date"), (6, "kind")),
        *((7, "columns"), (8, "name"), (8, "source")),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "header")]),
        ("日期;类型\n", [(1, "header")]),
        (HEADER, [(1, "empty")]),
        (HEADER + "x" * 200_000, [(2, "unreadable")]),
    ],
)
def test_what_is_no_table_is_refused(text, found):
    assert faults(text) == found


def test_a_refusal_carries_its_code_and_facts():
    refused = Refused("return_too_late", due=date(2026, 11, 24))
    assert (refused.code, refused.facts, str(refused)) == (
        "return_too_late",
        {"due": date(2026, 11, 24)},
        "return_too_late",
    )
