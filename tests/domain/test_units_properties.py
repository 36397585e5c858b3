"""What holds for every unit that a rule book may count in, with and without its habits, in every season's hours."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import calendar as calendar_module
from shared.domain.calendar import Calendar, Unit, parse_csv
from shared.domain.clocks import Clock, Happened, Limit, explain, run
from shared.domain.hours import Hours, Season

CN = Calendar.of(
    parse_csv((Path(calendar_module.__file__).parent / "calendars" / "cn.csv").read_text(encoding="utf-8"))
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2024, 11, 1, tzinfo=UTC)
WINTER = Season((10, 8), (4, 30), time(8), time(18))  # R22.09
HOURS = Hours(time(8), time(18, 30), (WINTER,))
DAYS = [Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.SAME_DAY, Unit.MONTHS]

moments = st.integers(0, 60 * 24 * 900).map(lambda minutes: FIRST + timedelta(minutes=minutes))
limits = st.builds(
    lambda unit, value, rolls, first: Limit(
        "one",
        value,
        unit,
        frozenset({"begun"}),
        frozenset({"done"}),
        "handler",
        warn=(2, 0),
        rolls=rolls,
        first_day=first,
    ),
    st.sampled_from([*DAYS, Unit.HOURS]),
    st.integers(1, 30),
    st.sampled_from([None, True, False]),
    st.booleans(),
)


def clock(limit: Limit, start: datetime, now: datetime, *more: Happened) -> Clock:
    events = [Happened(1, "begun", start), *more]
    [found] = run([limit], events, CN, zone=SHANGHAI, hours=HOURS, default_severity=None, now=now)
    return found


@given(limits, moments, st.integers(0, 60 * 24 * 40), st.integers(0, 20))
def test_a_later_start_or_a_longer_term_never_ends_earlier(limit, start, minutes, more):
    later = start + timedelta(minutes=minutes)
    first = clock(limit, start, start)
    assert clock(limit, later, later).due_day >= first.due_day
    assert clock(replace(limit, value=limit.value + more), start, start).due_at >= first.due_at


@given(limits, moments)
def test_a_day_off_is_a_last_day_only_where_the_rule_says_so(limit, start):
    found = clock(limit, start, start)
    if limit.unit is Unit.HOURS or CN.is_working(found.due_day):
        return
    kept = limit.rolls is False and limit.unit in (Unit.CALENDAR_DAYS, Unit.MONTHS)
    assert kept or (limit.unit is Unit.SAME_DAY and not limit.rolls)


@given(limits, moments)
def test_nothing_is_due_before_it_begins_and_warnings_lie_between(limit, start):
    found = clock(limit, start, start)
    assert found.due_at > start
    assert found.due_day >= found.start_day
    assert all(start < when < found.due_at for _, when in found.warnings)


@given(limits, moments, st.lists(st.integers(-20, 60), min_size=1, max_size=3))
def test_an_extension_never_shortens_whatever_the_unit(limit, start, shifts):
    plain = clock(limit, start, start)
    days = [plain.due_day + timedelta(days=n) for n in shifts]
    told = [Happened(2 + n, "extended", start, limit="one", until=day) for n, day in enumerate(days)]
    longer = clock(limit, start, start, *told)
    assert longer.due_day >= max(plain.due_day, *days)
    assert longer.due_at >= plain.due_at


@given(limits, moments, st.integers(0, 40))
def test_the_explanation_lists_each_day_once_and_ends_on_the_due_day(limit, start, later):
    found = clock(limit, start, start + timedelta(days=later))
    lines = explain(found, CN)
    assert (lines[0].day, lines[-1].day) == (found.start_day, found.due_day)
    if limit.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS):
        assert [line.counted for line in lines if line.counted] == list(range(1, limit.value + 1))


@given(limits, moments, st.integers(0, 60 * 24 * 60))
def test_counting_again_gives_the_same_due_day_at_any_later_time(limit, start, minutes):
    first, again = clock(limit, start, start), clock(limit, start, start + timedelta(minutes=minutes))
    assert (first.due_day, first.due_at, first.warnings) == (again.due_day, again.due_at, again.warnings)


@given(moments, st.integers(0, 60))
def test_a_promised_day_is_due_as_it_was_promised(start, days):
    day = start.astimezone(SHANGHAI).date() + timedelta(days=days)
    limit = Limit("one", 0, Unit.PROMISED, frozenset({"promised"}), frozenset({"done"}), "handler")
    unnamed, named = Happened(1, "promised", start), Happened(2, "promised", start, until=day)
    [found] = run([limit], [unnamed, named], CN, zone=SHANGHAI, default_severity=None, now=start)
    assert (found.due_day, found.start_seq) == (day, 2)
    assert explain(found, CN)[-1].day == day


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-09-15", 1, "2026-10-15"), ("2025-12-05", 3, "2026-03-05")],
)
def test_a_month_ends_on_the_day_of_the_same_number_or_on_its_last(start, months, due):
    found = CN.count(datetime.fromisoformat(start).date(), months, Unit.MONTHS, rolls=False)
    assert found.day.isoformat() == due


def test_summer_and_winter_close_at_their_own_time():
    days = {"2026-04-30": time(18), "2026-05-01": time(18, 30), "2026-10-08": time(18)}
    assert {day: HOURS.on(datetime.fromisoformat(day).date())[1] for day in days} == days
