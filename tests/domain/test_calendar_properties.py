"""What holds for every term, pause and extension, whatever the dates."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.domain import calendar as calendar_module
from shared.domain.calendar import Calendar, Unit, parse_csv
from shared.domain.clocks import Happened, Limit, explain, run

CN = Calendar.of(
    parse_csv((Path(calendar_module.__file__).parent / "calendars" / "cn.csv").read_text(encoding="utf-8"))
)
FIRST = datetime(2024, 11, 1, tzinfo=UTC)
starts = st.dates(date(2024, 11, 1), date(2028, 1, 31))
values = st.integers(1, 60)
units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
zones = st.sampled_from(["Asia/Shanghai", "America/Santiago", "Pacific/Auckland"]).map(ZoneInfo)
moments = st.integers(0, 60 * 24 * 900).map(lambda minutes: FIRST + timedelta(minutes=minutes))
gaps = st.lists(st.integers(1, 60 * 24 * 20), max_size=7)


def limit(value: int, unit: Unit) -> Limit:
    return Limit("finish", value, unit, "accepted", frozenset({"answered"}), "handler", warn=(3, 1, 0), pauses=True)


def story(start: datetime, minutes: list[int]) -> list[Happened]:
    """An acceptance, then questions and answers by turns."""
    events, at = [Happened(1, "accepted", start)], start
    for n, gap in enumerate(minutes):
        at += timedelta(minutes=gap)
        events.append(Happened(n + 2, "question_answered" if n % 2 else "question_asked", at))
    return events


def clock_of(value, unit, events, zone, later=0):
    now = events[-1].at + timedelta(minutes=later)
    [clock] = run([limit(value, unit)], events, CN, zone=zone, default_severity=None, now=now)
    return clock, now


@given(starts, values, units)
def test_a_term_never_ends_on_a_day_off_or_before_it_begins(start, value, unit):
    due = CN.count(start, value, unit)
    assert CN.is_working(due.day)
    assert due.day >= start + timedelta(days=value)


@given(starts, values, units, st.integers(0, 40), st.integers(0, 40))
def test_more_days_or_a_later_start_never_end_earlier(start, value, unit, more, later):
    due = CN.count(start, value, unit).day
    assert CN.count(start, value + more, unit).day >= due
    assert CN.count(start + timedelta(days=later), value, unit).day >= due


@given(starts, values, units)
def test_a_term_is_provisional_exactly_when_it_touches_an_unpublished_year(start, value, unit):
    due = CN.count(start, value, unit)
    touched = {(start + timedelta(days=n)).year for n in range(1, (due.day - start).days + 1)}
    assert due.provisional == bool(touched - CN.published)


@given(starts, values)
def test_working_days_left_agrees_with_the_count(start, value):
    due = CN.count(start, value, Unit.WORKING_DAYS).day
    assert CN.working_days_left(start, due) == value
    assert CN.back(due, value) <= start


@given(moments, gaps, values, units, zones, st.integers(0, 60 * 24 * 30))
def test_an_explanation_lists_every_day_once_and_adds_up(start, minutes, value, unit, zone, later):
    clock, _ = clock_of(value, unit, story(start, minutes), zone, later)
    lines = explain(clock, CN)
    assert [line.day for line in lines] == [clock.start_day + timedelta(days=n) for n in range(len(lines))]
    assert lines[-1].day == clock.due_day
    assert [line.counted for line in lines if line.counted] == list(range(1, value + 1))


@given(moments, gaps, values, units, zones, st.integers(0, 60 * 24 * 30))
def test_a_clock_is_never_due_on_a_day_off_nor_runs_out_in_a_pause(start, minutes, value, unit, zone, later):
    clock, _ = clock_of(value, unit, story(start, minutes), zone, later)
    assert CN.is_working(clock.due_day)
    assert clock.due_day >= clock.first_due_day
    assert not any(first <= clock.due_day < after for first, after in clock.spans)


@given(moments, gaps, values, units, zones, st.lists(st.integers(-30, 60), min_size=1, max_size=4))
def test_an_extension_never_shortens(start, minutes, value, unit, zone, shifts):
    events = story(start, minutes)
    plain, now = clock_of(value, unit, events, zone)
    dates = [plain.due_day + timedelta(days=shift) for shift in shifts]
    events += [Happened(100 + n, "extended", now, limit="finish", until=day) for n, day in enumerate(dates)]
    longer, _ = clock_of(value, unit, events, zone)
    assert longer.due_day >= max(plain.due_day, *dates)
    assert longer.due_at >= plain.due_at
    assert longer.extended == tuple(dates)
    assert explain(longer, CN)[-1].day == longer.due_day


@given(moments, gaps, values, units, zones, st.integers(0, 60 * 24 * 30))
def test_counting_again_in_any_order_changes_nothing(start, minutes, value, unit, zone, later):
    events = story(start, minutes)
    clock, now = clock_of(value, unit, events, zone, later)
    again = run([limit(value, unit)], reversed(events), CN, zone=zone, default_severity=None, now=now)
    assert again == [clock]


@given(moments, values, units, zones, st.integers(0, 60 * 24 * 120))
def test_a_sweep_always_looks_ahead_and_never_past_the_due_moment(start, value, unit, zone, later):
    clock, now = clock_of(value, unit, story(start, []), zone, later)
    assert clock.look_at > now
    assert clock.overdue(now) or clock.look_at <= clock.due_at
    assert all(start < when < clock.due_at for _, when in clock.warnings)
