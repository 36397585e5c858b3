"""Text messages: how long they get, what they must state, when they may go."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.notices import SMS_NOTICES
from shared.domain.sms import measure, missing, read_hours, unknown, variables

CHINA = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, day: int = 7) -> dt.datetime:
    return dt.datetime(2026, 9, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("text", "length", "segments"),
    [
        ("一" * 65, 70, 1),
        ("一" * 66, 71, 2),
        ("{tail}", 9, 1),
        ("{due}" * 2, 27, 1),
        ("𠮷", 7, 1),
        ("一" * 155, 160, 3),
    ],
)
def test_a_text_is_counted_with_its_signature_and_longest_values(text: str, length: int, segments: int):
    # 70 in one, then 67 each, two for a character outside the basic plane (help.aliyun.com, 短信长度计算规则)
    assert (measure("监察室", text).length, measure("监察室", text).segments) == (length, segments)


@pytest.mark.parametrize("notice", SMS_NOTICES)
def test_a_text_without_its_facts_lacks_each_of_them(notice: str):
    owed = missing(notice, "没有变量")
    assert owed
    assert missing(notice, "".join(f"{{{name}}}" for name in owed)) == ()


def test_a_variable_that_the_notice_has_no_fact_for_is_named_once():
    assert unknown("answered", "{tail}{name}{due}{name}") == ("name", "due")
    assert variables("{tail}、{phone}{tail}{ }{X}") == ("tail", "phone")


def test_outside_its_hours_a_message_waits_for_the_next_opening():
    hours = read_hours("08:00-21:00")
    assert hours.next_open(at(8), CHINA) is None
    assert hours.next_open(at(20, 59), CHINA) is None
    assert hours.next_open(at(21), CHINA) == at(8, day=8)
    assert hours.next_open(at(0), CHINA) == at(8)


@given(st.timedeltas(dt.timedelta(0), dt.timedelta(days=3000)), st.integers(0, 22))
def test_the_next_opening_lies_ahead_within_a_day_and_is_open(later: dt.timedelta, opens: int):
    now = at(0) + later
    hours = read_hours(f"{opens:02}:00-{opens + 1:02}:30")
    until = hours.next_open(now, CHINA)
    if until is not None:
        assert now < until <= now + dt.timedelta(days=1)
        assert hours.next_open(until, CHINA) is None


@pytest.mark.parametrize(
    "typed", ["", "8-21", "21:00-08:00", "08:00-08:00", "08:00-24:30", "24:00-24:00", "08:60-21:00"]
)
def test_what_is_no_pair_of_hours_is_none(typed: str):
    assert read_hours(typed) is None


@pytest.mark.parametrize("typed", ["00:00-24:00", " 08：00 – 21:00 "])
def test_whole_days_and_full_width_signs_are_read(typed: str):
    assert read_hours(typed) is not None
