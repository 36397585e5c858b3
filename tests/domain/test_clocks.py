"""Limits of a case by worked example: what starts, stops and moves them, and when to look again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import Reason, Unit
from shared.domain.clocks import explain, run
from shared.domain.hours import Hours
from tests.support.clocks import CN, SHANGHAI, at, clock, clocks, day, limit, story

CD, SD = Unit.CALENDAR_DAYS, Unit.SAME_DAY
ORDINARY = limit("ordinary", 5, severity="ordinary", row="R2.05")
COMPLEX = limit("complex", 10, severity="complex", row="R2.06")
UPPER = limit("upper", 0, start="upper_deadline")


def test_a_limit_is_due_at_close_of_business_of_its_last_day():
    found = clock(limit(), story(("accepted", "09-28 10:00")), "09-28 10:00")
    assert (found.start_day, found.due_day, found.first_due_day) == (day("09-28"), day("10-10"), day("10-10"))
    assert found.due_at == datetime(2026, 10, 10, 9, 30, tzinfo=UTC)
    assert not found.provisional


def test_the_start_day_is_that_of_the_office_and_not_of_utc():
    found = clock(limit(value=1), story(("accepted", "11-24 01:00")), "11-24 01:00")
    assert (found.start_day, found.due_day) == (day("11-24"), day("11-25"))


def test_a_limit_into_an_unpublished_year_is_provisional():
    found = clock(limit(value=30, row="R5.06"), story(("accepted", "11-20 10:00")), "11-20 10:00")
    assert (found.due_day, found.provisional) == (date(2027, 1, 4), True)


def test_nothing_runs_before_its_start_event():
    assert clocks([limit()], story(("received", "11-23 10:00")), "11-23 10:00") == []


def test_the_first_stop_ends_a_clock_in_time_or_late():
    rows = [("accepted", "11-23 10:00"), ("answered", "11-30 17:30"), ("answered", "12-20 10:00")]
    found = clock(limit(), story(*rows), "12-20 10:00")
    assert (found.stopped_at, found.met_late, found.look_at) == (at("11-30 17:30"), False, None)
    assert not found.overdue(at("12-20 10:00"))
    late = clock(limit(), story(rows[0], ("answered", "11-30 17:31")), "12-20 10:00")
    assert late.met_late


@pytest.mark.parametrize("kind", ["withdrawn", "refused", "referred", "closed", "archived"])
def test_an_end_stops_only_the_limits_that_name_it(kind):
    events = story(("accepted", "11-23 10:00"), (kind, "11-24 10:00"))
    assert clock(limit(), events, "11-25 10:00").stopped_at is None
    assert clock(limit(stops=(kind,)), events, "11-25 10:00").stopped_at == at("11-24 10:00")


def test_reclassifying_moves_the_due_day_and_keeps_the_start():
    events = story(("accepted", "11-23 10:00"), ("classified", "11-26 10:00", {"severity": "complex"}))
    before = clocks([ORDINARY, COMPLEX], events[:1], "11-26 10:00")
    after = clocks([ORDINARY, COMPLEX], events, "11-26 10:00")
    assert [(c.limit.row, c.start_day, c.due_day) for c in before] == [("R2.05", day("11-23"), day("11-30"))]
    assert [(c.limit.row, c.start_day, c.due_day) for c in after] == [("R2.06", day("11-23"), day("12-07"))]


def test_severity_may_come_with_the_acceptance_and_stays_when_an_event_names_none():
    events = story(("accepted", "11-23 10:00", {"severity": "complex"}), ("classified", "11-24 10:00"))
    assert [c.limit.id for c in clocks([ORDINARY, COMPLEX], events, "11-26 10:00")] == ["complex"]
    unknown = story(("accepted", "11-23 10:00"))
    assert clocks([ORDINARY, COMPLEX], unknown, "11-26 10:00", severity=None) == []


def test_what_was_met_under_one_severity_is_not_rewritten_by_the_next():
    rows = [("accepted", "11-23 10:00"), ("answered", "11-25 10:00"), ("reopened", "11-26 10:00")]
    events = story(*rows, ("accepted", "11-26 10:00"), ("classified", "11-26 11:00", {"severity": "complex"}))
    found = clocks([ORDINARY, COMPLEX], events, "11-27 10:00")
    assert [(c.limit.id, c.start_day, c.stopped_at) for c in found] == [
        ("ordinary", day("11-23"), at("11-25 10:00")),
        ("complex", day("11-26"), None),
    ]


def test_a_second_round_has_a_clock_of_its_own_and_a_restart_has_not():
    rows = [("accepted", "11-23 10:00"), ("answered", "11-25 10:00"), ("accepted", "11-26 10:00")]
    assert [c.start_seq for c in clocks([limit()], story(*rows), "11-27 10:00")] == [1, 3]
    restarted = clocks([limit()], story(*rows, ("accepted", "11-27 10:00")), "11-27 10:00")
    assert [c.start_seq for c in restarted] == [1, 4]


def test_each_slip_has_its_own_clock_and_the_end_of_the_case_stops_all():
    sign = limit("return", 1, start="signed", stops=("return_requested", "withdrawn"), per_slip=True, row="R2.12")
    rows = [("signed", "11-23 10:00", {"slip": 1}), ("signed", "11-24 10:00", {"slip": 2})]
    events = story(*rows, ("return_requested", "11-24 11:00", {"slip": 1}))
    one, two = clocks([sign], events, "11-24 12:00")
    assert (one.slip, one.due_day, one.stopped_at) == (1, day("11-24"), at("11-24 11:00"))
    assert (two.slip, two.due_day, two.stopped_at) == (2, day("11-25"), None)
    ended = clocks([sign], story(*rows, ("withdrawn", "11-24 12:00")), "11-24 13:00")
    assert [c.stopped_at for c in ended] == [at("11-24 12:00")] * 2


def test_a_limit_of_the_case_is_started_and_stopped_by_any_slip():
    feedback = limit("feedback", 1, start="reply_handed_in", stops=("answered", "reply_rejected"), row="R2.15")
    rows = [("reply_handed_in", "11-23 10:00", {"slip": 1}), ("reply_handed_in", "11-24 10:00", {"slip": 2})]
    assert [(c.slip, c.due_day) for c in clocks([feedback], story(*rows), "11-24 10:00")] == [(None, day("11-25"))]
    events = story(*rows, ("reply_rejected", "11-24 11:00", {"slip": 1}))
    assert clock(feedback, events, "11-24 12:00").stopped_at == at("11-24 11:00")


def test_an_extension_sets_a_promised_day_and_never_an_earlier_one():
    rows = [("accepted", "11-23 10:00"), ("extended", "11-27 10:00", {"limit": "finish", "until": day("12-12")})]
    found = clock(limit(), story(*rows), "11-27 10:00")  # R2.07; a Saturday promised stays a Saturday
    assert (found.due_day, found.first_due_day) == (day("12-12"), day("11-30"))
    assert found.due_at == at("12-12 17:30")
    earlier = ("extended", "11-28 10:00", {"limit": "finish", "until": day("12-01")})
    again = clock(limit(), story(*rows, earlier), "11-28 10:00")
    assert (again.due_day, again.extended) == (day("12-12"), (day("12-12"), day("12-01")))


def test_an_extension_of_another_limit_or_of_another_slip_changes_nothing():
    own = limit("reply", start="signed", per_slip=True)
    extended = ("extended", "11-24 10:00", {"limit": "reply", "until": day("12-31"), "slip": 2})
    events = story(("signed", "11-23 10:00", {"slip": 1}), ("signed", "11-23 10:00", {"slip": 2}), extended)
    assert [c.due_day for c in clocks([own], events, "11-24 10:00")] == [day("11-30"), day("12-31")]
    assert [c.extended for c in clocks([limit(start="signed")], events, "11-24 10:00")] == [()]


def test_a_promised_day_is_not_provisional():
    until = date(2027, 2, 1)
    events = story(("accepted", "12-28 10:00"), ("extended", "12-29 10:00", {"limit": "finish", "until": until}))
    assert clock(limit(), events[:1], "12-29 10:00").provisional
    assert not clock(limit(), events, "12-29 10:00").provisional


def test_same_day_ends_that_day_at_closing_or_at_midnight_when_begun_after_it():
    same = limit(value=0, unit=SD)
    assert clock(same, story(("accepted", "11-22 10:00")), "11-22 10:00").due_at == at("11-22 17:30")
    assert clock(same, story(("accepted", "11-22 20:00")), "11-22 20:00").due_at == at("11-23 00:00")


def test_the_upper_body_sets_a_day_and_may_set_another():
    rows = [("upper_deadline", f"11-{n} 10:00", {"until": day(f"12-{due}")}) for n, due in ((23, "05"), (24, "02"))]
    first, second = (clock(UPPER, story(*rows[:n]), "11-24 10:00") for n in (1, 2))
    assert (first.due_day, first.due_at, first.provisional) == (day("12-05"), at("12-05 17:30"), False)
    assert second.due_day == day("12-02")
    assert [(line.day, line.reason) for line in explain(second, CN)] == [
        (day("11-24"), Reason.START_DAY),
        (day("12-02"), Reason.FIXED),
    ]


def test_an_agreed_day_is_not_said_to_come_from_the_upper_body():
    agreed = limit(value=0, unit=Unit.PROMISED, start="promised")
    found = clock(agreed, story(("promised", "11-23 10:00", {"until": day("12-02")})), "11-24 10:00")
    assert [(line.day, line.reason) for line in explain(found, CN)] == [
        (day("11-23"), Reason.START_DAY),
        (day("12-02"), Reason.PROMISED),
    ]


def test_the_next_look_is_a_warning_then_the_due_moment_then_each_working_morning():
    events, warned = story(("accepted", "11-23 10:00")), limit(warn=(0, 2, 9))
    looks, now = [], "11-23 10:00"
    for _ in range(5):
        looks.append(clock(warned, events, now).look_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"))
        now = looks[-1]
    assert looks == ["11-26 09:00", "11-30 09:00", "11-30 17:30", "12-01 09:00", "12-02 09:00"]
    found = clock(warned, events, "11-30 17:30")
    assert [days for days, _ in found.warnings] == [2, 0]  # nine days before would be before the start
    assert (found.overdue(at("11-30 17:29")), found.overdue(at("11-30 17:30"))) == (False, True)


def test_an_overdue_clock_rests_over_days_off():
    assert clock(limit(value=1), story(("accepted", "09-28 10:00")), "09-30 18:00").look_at == at("10-08 09:00")


@pytest.mark.parametrize("zone", ["America/Santiago", "Pacific/Auckland"])
def test_closing_time_stays_the_same_over_a_change_of_the_clocks(zone):
    for start in ("04-01 10:00", "08-31 10:00", "09-24 10:00"):
        found = clock(limit(value=8, unit=CD), story(("accepted", start)), start, zone=ZoneInfo(zone))
        assert found.due_at.astimezone(ZoneInfo(zone)).time() == time(17, 30)
        assert found.due_at.tzinfo is UTC


def test_clocks_come_by_limit_and_then_by_start_whatever_the_order_of_events():
    events = story(("accepted", "11-23 10:00"), ("answered", "11-25 10:00"), ("accepted", "11-26 10:00"))[::-1]
    found = clocks([limit("b", 1), limit("a", 2)], events, "11-26 10:00")
    assert [(c.limit.id, c.start_seq) for c in found] == [("b", 1), ("b", 3), ("a", 1), ("a", 3)]


def test_an_office_with_other_hours_closes_at_its_own_time():
    events, now = story(("accepted", "11-23 10:00")), at("11-24 08:29")
    hours = {"zone": SHANGHAI, "hours": Hours(time(8, 30), time(16)), "default_severity": None}
    [found] = run([limit(value=1, warn=(0,))], events, CN, now=now, **hours)
    assert (found.due_at, found.look_at) == (at("11-24 16:00"), now + timedelta(minutes=1))
