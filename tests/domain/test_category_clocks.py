"""A limit for one category runs for cases of that category alone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from shared.domain.calendar import Calendar, Unit
from shared.domain.clocks import Clock, Happened, run
from shared.domain.limits import Limit

AT = dt.datetime(2026, 9, 7, 1, 0, tzinfo=dt.UTC)
ENDS = frozenset({"answered"})
LIMITS = [
    Limit("all", 9, Unit.WORKING_DAYS, frozenset({"accepted"}), ENDS, owner="intake"),
    Limit("noise", 3, Unit.WORKING_DAYS, frozenset({"accepted"}), ENDS, owner="intake", category="noise"),
]


def clocks(*events: tuple[str, str]) -> list[Clock]:
    story = [
        Happened(n, kind, AT + n * dt.timedelta(hours=1), category=category)
        for n, (kind, category) in enumerate(events)
    ]
    plain, zone = Calendar({}, frozenset()), ZoneInfo("Asia/Shanghai")
    return run(LIMITS, story, plain, zone=zone, default_severity=None, now=AT + dt.timedelta(days=1))


def names(*events: tuple[str, str]) -> list[str]:
    return [clock.limit.id for clock in clocks(*events)]


def test_a_limit_for_a_category_runs_for_that_category_alone():
    assert names(("accepted", "noise")) == ["all", "noise"]
    assert names(("accepted", "dust")) == ["all"]


def test_a_case_that_changes_its_category_changes_its_limits_from_the_same_start():
    assert names(("accepted", "noise"), ("classified", "dust")) == ["all"]
    [_, late] = clocks(("accepted", "dust"), ("classified", "noise"))
    assert (late.started_at, late.due_day) == (AT, dt.date(2026, 9, 10))


def test_a_limit_met_under_its_category_stays_on_record():
    [_, met] = clocks(("accepted", "noise"), ("answered", ""))
    assert met.stopped_at == AT + dt.timedelta(hours=1)
