"""When a digest goes out, who has a case in hand, who may stand in."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from shared.domain import absences
from shared.domain.calendar import Calendar, parse_csv
from shared.domain.errors import Refused
from shared.domain.keepers import office_keeps, unit_keeps
from shared.domain.lifecycle import OPEN, Role, Route, SlipState, State
from shared.domain.mornings import in_hours, next_morning, opens_at, working_day_before
from shared.domain.visibility import Held

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar.of(parse_csv("date,kind,name,source\n2026-09-25,holiday,中秋节,通知"))
HOURS = "工作日 8:30—12:00，14:30—17:30"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "opens"),
    [(HOURS, "08:30"), ("9：00—17：00", "09:00"), ("全天", "09:00"), ("99:99", "09:00"), ("", "09:00")],
)
def test_the_day_begins_with_the_first_hour_that_is_named(hours: str, opens: str):
    assert opens_at(hours) == dt.time.fromisoformat(opens)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-09-07T07:00", "2026-09-07T08:30"),
        ("2026-09-07T08:30", "2026-09-08T08:30"),
        ("2026-09-11T18:00", "2026-09-14T08:30"),
        ("2026-09-24T18:00", "2026-09-28T08:30"),  # 中秋节 and the weekend after it
    ],
)
def test_a_digest_goes_out_when_the_next_working_day_begins(now: str, morning: str):
    assert next_morning(at(now), HOURS, ZONE, CALENDAR) == at(morning)


def test_nobody_is_asked_about_work_before_the_day_begins_or_on_a_holiday():
    days = ["2026-09-07T08:29", "2026-09-07T08:30", "2026-09-25T10:00"]
    assert [in_hours(at(day), HOURS, ZONE, CALENDAR) for day in days] == [False, True, False]


def test_a_working_day_ago_leaps_over_the_weekend():
    assert working_day_before(at("2026-09-07T10:00"), ZONE, CALENDAR) == at("2026-09-04T10:00")


def test_every_open_state_has_somebody_who_goes_on():
    elsewhere = {State.TRANSFERRED, State.HANDLING}  # a unit or an investigator has it
    for routes in ([Route.TRANSFER], [Route.INVESTIGATE]):
        assert {s for s in OPEN if not office_keeps(s, routes)} <= elsewhere
    assert office_keeps(State.ACCEPTED, [Route.INVESTIGATE]) == {Role.INTAKE, Role.CHIEF}


def test_a_slip_without_a_section_is_the_director_s():
    assert unit_keeps(SlipState.SIGNED, sectioned=False) == {Role.DIRECTOR}
    assert unit_keeps(SlipState.SIGNED, sectioned=True) == {Role.HANDLER}


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(2, 1, "ends_before"), (-3, -1, "past_day"), (0, 400, "away_too_long"), (-1, 0, ""), (0, 0, "")],
)
def test_an_absence_ends_after_it_begins_and_not_in_the_past(first: int, last: int, said: str):
    today = dt.date(2026, 9, 7)
    try:
        absences.check(today + dt.timedelta(days=first), today + dt.timedelta(days=last), today)
        found = ""
    except Refused as error:
        found = error.code
    assert found == said


def test_whoever_holds_one_of_the_same_posts_may_stand_in():
    mine, theirs = [Held(Role.INTAKE, 1), Held(Role.CHIEF, 1)], [Held(Role.INTAKE, 1), Held(Role.CHIEF, 2)]
    assert absences.may_stand_in(mine, theirs)
    assert not absences.may_stand_in(mine, [Held(Role.INTAKE, 2)])
    assert absences.uncovered(mine, theirs) == [Held(Role.CHIEF, 1)]
