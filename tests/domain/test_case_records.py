"""What a record must hold, who keeps it, which event it adds; what follows from a date."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest

from shared.domain import case_records, regimes
from shared.domain.case_records import EVENTS, KINDS, Entry, check, judged, later, still_missing
from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES, UNIT_ROLES, Role
from shared.domain.regimes import vocabulary
from shared.domain.regimes.handling import RecordRule
from shared.domain.visibility import DONE_BY
from shared.web.words_records import RECORDS

NOW = dt.datetime(2026, 9, 7, 1, 0, tzinfo=dt.UTC)
FULL = dict(text="看过了。", partner="维修组", units=(1,), day=dt.date(2026, 9, 9), at=NOW)


def entry(kind: str, **more) -> Entry:
    return Entry(kind, next(iter(KINDS[kind].results)), **{**FULL, **more})


def refusal(one: Entry, role: Role = Role.INTAKE, *, files: int = 1, running: bool = True) -> str:
    with pytest.raises(Refused) as caught:
        check(one, [role], NOW, files=files, running=running)
    return str(caught.value.facts.get("field") or caught.value.code)


def test_a_rule_book_may_call_for_the_kinds_that_there_are():
    assert set(get_args(RecordRule.model_fields["kind"].annotation)) == set(KINDS) == set(RECORDS["record"])


def test_every_event_of_a_record_is_one_that_limits_may_count_from():
    assert EVENTS <= vocabulary.EVENTS


def test_rights_speak_of_those_who_keep_some_kind():
    assert DONE_BY["keep_record"] == case_records.KEEPERS
    assert not case_records.KEEPERS & (UNIT_ROLES | ADMIN_ROLES)


@pytest.mark.parametrize(("kind", "role"), [(k, r) for k in KINDS for r in Role])
def test_whoever_is_not_named_keeps_nothing(kind, role):
    if role in KINDS[kind].roles:
        assert check(entry(kind), [role], NOW, files=1, running=True) in EVENTS
    else:
        assert refusal(entry(kind), role) == "not_yours"


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k in KINDS for n in KINDS[k].needs])
def test_what_a_kind_must_hold_is_asked_for(kind, name):
    if name == "files":
        assert refusal(entry(kind), files=0) == "files"
    else:
        empty = {"text": "  ", "partner": " ", "units": (), "day": None, "at": None}[name]
        assert refusal(entry(kind, **{name: empty})) == name


@pytest.mark.parametrize("kind", [k for k in KINDS if len(KINDS[k].results) > 1])
def test_what_came_of_it_is_one_of_the_list(kind):
    assert refusal(Entry(kind, "nothing", **FULL)) == "result"


def test_what_is_still_to_come_has_not_happened():
    assert refusal(entry("statement", at=NOW + dt.timedelta(minutes=1))) == "at"


@pytest.mark.parametrize("kind", KINDS)
def test_after_the_answer_only_the_bodies_outside_are_told(kind):
    if kind in {"upper_report", "sender_reply"}:
        assert check(entry(kind), [Role.INTAKE], NOW, files=0, running=False)
    else:
        assert refusal(entry(kind), running=False) == "not_now"


def test_both_sides_are_to_be_heard():
    book = regimes.parse(regimes.shipped("R17"))
    assert still_missing(book, "phone", []) == [("statement", "complainant"), ("statement", "respondent")]
    assert still_missing(book, "phone", [("statement", "respondent")]) == [("statement", "complainant")]


def test_what_was_sent_down_is_reported_up_and_nothing_else_is():
    book = regimes.parse(regimes.shipped("R4"))
    assert still_missing(book, "upper", []) == [("upper_report", "")]
    assert still_missing(book, "phone", []) == []


@pytest.mark.parametrize(
    ("code", "day", "on", "to"),
    [
        ("R15", "2025-09-07", "2026-09-06", "project"),
        ("R15", "2025-09-07", "2026-09-07", "repair_team"),  # exactly a year is 满一年
        ("R15", "2024-02-29", "2025-02-27", "project"),
        ("R15", "2024-02-29", "2025-02-28", "repair_team"),
        ("R23", "2026-07-19", "2026-09-07", "rectify"),  # the fiftieth day
        ("R23", "2026-07-18", "2026-09-07", "quality"),
        ("R23", "2026-12-01", "2026-09-07", "rectify"),  # still being built
    ],
)
def test_r15_06_r23_03_what_follows_from_the_date(code, day, on, to):
    [window] = regimes.parse(regimes.shipped(code)).windows
    assert judged(window, dt.date.fromisoformat(day), dt.date.fromisoformat(on)) == to


@pytest.mark.parametrize(
    ("day", "months", "to"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-15", 12, "2027-12-15"), ("2026-11-30", 3, "2027-02-28")],
)
def test_a_month_later_is_its_last_day_where_it_has_no_such_day(day, months, to):
    assert later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(to)
