"""Limits that pause while a question to the citizen is open, by worked example."""

import pytest

from shared.domain.calendar import Reason, Unit
from shared.domain.clocks import Happened, explain
from tests.support.clocks import CN, at, clock, day, limit, story


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        ("11-24 10:00", "11-24 17:00", "11-30"),  # answered before closing time: nothing is lost
        ("11-24 10:00", "11-25 17:00", "12-01"),  # the 24th is not counted, the 25th is
        ("11-24 18:00", "11-25 17:00", "11-30"),  # the question went out after closing time: the 24th counts
        ("11-24 10:00", "11-26 20:00", "12-03"),  # the answer came after closing time: the 26th is not counted
        ("11-27 10:00", "11-30 10:00", "12-01"),  # a weekend in a pause costs nothing more
        ("11-30 10:00", "12-09 10:00", "12-09"),  # asked on the last day: it does not run out while paused
        ("11-30 18:00", "12-09 10:00", "11-30"),  # it had run out before the question
        ("11-22 10:00", "11-23 10:00", "11-30"),  # over before the limit began
        ("11-22 10:00", "11-25 10:00", "12-01"),  # open when the limit began
    ],
)
def test_days_whose_closing_time_lies_in_a_pause_are_not_counted(asked, answered, due):
    rows = [("accepted", "11-23 10:30"), ("question_asked", asked), ("question_answered", answered)]
    events = sorted(story(*rows), key=lambda event: event.at)
    events = [Happened(n, event.kind, event.at) for n, event in enumerate(events)]
    found = clock(limit(pauses=True), events, "12-20 10:00")
    assert (found.due_day, found.first_due_day, found.paused_since) == (day(due), day("11-30"), None)
    assert clock(limit(pauses=False), events, "12-20 10:00").due_day == day("11-30")


def test_a_lapsed_question_ends_the_pause_like_an_answer():
    rows = [("accepted", "11-23 10:00"), ("question_asked", "11-24 10:00"), ("question_lapsed", "11-27 10:00")]
    found = clock(limit(pauses=True), story(*rows), "11-27 10:00")
    assert (found.due_day, found.pauses) == (day("12-03"), ((day("11-24"), day("11-27")),))


def test_a_second_question_does_not_lengthen_the_pause():
    rows = [("accepted", "11-23 10:00"), ("question_asked", "11-24 10:00"), ("question_asked", "11-25 10:00")]
    found = clock(limit(pauses=True), story(*rows, ("question_answered", "11-26 10:00")), "11-30 10:00")
    assert (found.paused_since, found.due_day) == (None, day("12-02"))


@pytest.mark.parametrize(("now", "due"), [("11-24 11:00", "11-30"), ("11-26 11:00", "12-02"), ("11-26 18:00", "12-03")])
def test_a_paused_clock_is_due_as_if_it_went_on_now(now, due):
    events = story(("accepted", "11-23 10:00"), ("question_asked", "11-24 10:00"))
    found = clock(limit(pauses=True), events, now)
    assert (found.due_day, found.paused_since, found.look_at) == (day(due), at("11-24 10:00"), None)
    assert found.pauses == ((day("11-24"), None),)
    assert explain(found, CN)[-1].day == day(due)


def test_a_stop_ends_an_open_pause():
    events = story(("accepted", "11-23 10:00"), ("question_asked", "11-24 10:00"), ("answered", "11-26 10:00"))
    found = clock(limit(pauses=True), events, "12-20 10:00")
    assert (found.due_day, found.paused_since, found.pauses) == (day("12-02"), None, ((day("11-24"), day("11-26")),))


def test_a_promised_day_does_not_pass_while_the_clock_is_paused():
    rows = [("accepted", "11-23 10:00"), ("extended", "11-24 10:00", {"limit": "finish", "until": day("12-04")})]
    rows += [("question_asked", "12-04 10:00"), ("question_answered", "12-05 10:00")]
    found = clock(limit(pauses=True), story(*rows), "12-07 10:00")
    assert found.due_day == day("12-07")


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        ("11-27 17:00", "11-28 17:00", "11-29 16:00"),
        ("11-27 15:00", "11-27 17:00", "11-28 17:00"),  # only the hour after the start
        ("11-28 17:00", "11-28 20:00", "11-28 16:00"),  # it had run out before the question
    ],
)
def test_hours_run_at_once_and_stand_still_in_a_pause(asked, answered, due):
    events = story(("question_asked", asked), ("accepted", "11-27 16:00"), ("question_answered", answered))
    assert clock(limit(value=24, unit=Unit.HOURS), events, "11-30 10:00").due_at == at("11-28 16:00")
    paused = clock(limit(value=24, unit=Unit.HOURS, pauses=True), events, "11-30 10:00")
    assert (paused.due_at, paused.due_day, paused.provisional) == (at(due), day(due[:5]), False)
    assert [line.reason for line in explain(paused, CN)] == [Reason.START_DAY, Reason.HOURS]


def test_an_explanation_shows_the_pause_and_the_extension():
    rows = [("accepted", "11-23 10:00"), ("question_asked", "11-24 10:00"), ("question_answered", "11-26 10:00")]
    extended = ("extended", "11-27 10:00", {"limit": "finish", "until": day("12-04")})
    lines = explain(clock(limit(pauses=True), story(*rows, extended), "11-27 10:00"), CN)
    assert [(line.day.day, line.counted, line.reason) for line in lines] == [
        (23, None, "start_day"),
        *((24, None, "paused"), (25, None, "paused"), (26, 1, "counted"), (27, 2, "counted")),
        *((28, None, "weekend"), (29, None, "weekend")),
        *((30, 3, "counted"), (1, 4, "counted"), (2, 5, "counted")),
        *((3, None, "extended"), (4, None, "extended")),
    ]
