"""Periodic work: each sweep does its thing once, whoever runs it and however often."""

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, select

from shared import crypto
from shared.db import work
from shared.models.calendar import CalendarDay, CalendarYear
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.outbox import OutboxRow
from shared.models.throttle import Throttle
from shared.services import calendars, claims, decisions, recounts, sweeps
from tests.support import world as worlds
from tests.support.world import MONDAY, World

DUE = dt.datetime(2026, 9, 14, 9, 30, tzinfo=dt.UTC)
"""R2.05: five working days after Monday, at close of business in Shanghai."""
CALENDAR = Path(__file__).parents[2] / "shared/domain/calendars/cn.csv"


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    return worlds.township()


@pytest.fixture
def county(app: Flask, db: SQLAlchemy) -> World:
    return worlds.county()


def told(kind: str) -> list[tuple[str, dict[str, str]]]:
    with work() as session:
        found = session.scalars(select(OutboxRow).where(OutboxRow.notice == kind).order_by(OutboxRow.id))
        return [(row.audience, row.facts) for row in found]


def sweep_until(end: dt.datetime, start: dt.datetime = MONDAY) -> None:
    while start <= end:
        sweeps.watch_clocks(start)
        start += dt.timedelta(minutes=30)


def test_two_sweeps_warn_once_and_only_whom_the_regime_names(app: Flask, township: World):
    worlds.signed(app, township)
    warned = DUE - dt.timedelta(days=3, hours=8)  # two working days before, after opening
    assert sweeps.watch_clocks(warned) == 1
    assert sweeps.watch_clocks(warned) == 0
    assert {audience for audience, facts in told("clock_warning") if facts["limit"] == "general"} == {
        "handler",
        "unit_head",
        "office_intake",
    }
    assert all(facts["due"] == "2026-09-14" for _, facts in told("clock_warning") if facts["limit"] == "general")


def test_a_missed_limit_is_told_when_it_ends_and_once_a_week_after(app: Flask, township: World):
    worlds.signed(app, township)
    sweep_until(DUE + dt.timedelta(days=8))
    weeks = [audience for audience, facts in told("clock_overdue") if facts["limit"] == "general"]
    assert sorted(weeks) == sorted(["handler", "unit_head", "office_intake"] * 2)


def test_a_right_that_lapses_is_nobodys_delay(app: Flask, township: World):  # R2.12
    worlds.signed(app, township)
    sweep_until(DUE)
    assert "return" not in {facts["limit"] for _, facts in told("clock_overdue")}


def test_a_late_sweep_tells_only_what_holds_now(app: Flask, township: World):
    worlds.signed(app, township)
    sweeps.watch_clocks(DUE + dt.timedelta(hours=1))
    assert not [facts for _, facts in told("clock_warning") if facts["limit"] == "general"]
    assert len([facts for _, facts in told("clock_overdue") if facts["limit"] == "general"]) == 3


def test_a_limit_that_was_met_is_not_warned_of(app: Flask, township: World):
    worlds.replied(app, township)
    sweep_until(DUE)
    assert {facts["limit"] for _, facts in told("clock_overdue")} == {"feedback"}


def test_due_dates_wait_for_an_unpublished_year_and_move_with_a_record(app: Flask, county: World):
    december = dt.datetime(2026, 12, 7, 1, 0, tzinfo=dt.UTC)
    case_id = worlds.accepted(app, county, december)
    assert worlds.case_of(case_id).due_provisional
    assert recounts.go_on(december) == 0
    days = "".join(f"2027-02-{day:02},holiday,春节,示范安排\n" for day in range(1, 15))
    calendars.load_years("date,kind,name,source\n2027-01-01,holiday,元旦,示范安排\n" + days, december)
    moved = recounts.go_on(december + dt.timedelta(hours=1))
    with work() as session:
        event = session.scalars(select(Event).where(Event.kind == "due_moved")).one_or_none()
        assert session.scalar(select(ClockRow.provisional).where(ClockRow.limit_id == "investigate")) is False
        assert (event is not None) is (moved == 1)
    assert recounts.go_on(december + dt.timedelta(hours=2)) == 0
    assert not worlds.case_of(case_id).due_provisional


def test_an_old_and_a_new_date_are_on_record_when_the_calendar_moves_a_limit(app: Flask, township: World):
    with work() as session:
        session.execute(delete(CalendarDay))
        session.execute(delete(CalendarYear))
    calendars.forget()
    september = dt.datetime(2026, 9, 28, 1, 0, tzinfo=dt.UTC)
    case_id, _ = worlds.signed(app, township, september)
    calendars.load_years(CALENDAR.read_text(encoding="utf-8"), september)
    assert recounts.go_on(september) >= 1
    with work() as session:
        facts = [e.facts for e in session.scalars(select(Event).where(Event.kind == "due_moved"))]
    assert not worlds.case_of(case_id).due_provisional
    assert {"limit": "general", "was": "2026-10-07", "until": "2026-10-10"} in facts


def test_codes_are_hardened_without_making_a_form_stale(app: Flask, township: World):
    keys = app.extensions["huiyin"].keys
    receipt = township.file_case(app)
    before = worlds.case_of(receipt.case_id)
    assert sweeps.harden_codes() == 1
    assert sweeps.harden_codes() == 0
    after = worlds.case_of(receipt.case_id)
    assert after.access_hash.startswith("argon2id$")
    assert after.version == before.version
    assert crypto.code_matches(keys, after.access_hash, receipt.receipt_no, receipt.code)


def test_failures_are_forgotten_after_a_day(app: Flask, db: SQLAlchemy):
    with work() as session:
        session.add_all(Throttle(key=str(h), failures=9, last_at=MONDAY - dt.timedelta(hours=h)) for h in (23, 25))
    sweeps.forget_failures(MONDAY)
    with work() as session:
        assert list(session.scalars(select(Throttle.key))) == ["23"]


def test_a_question_that_pauses_nothing_stays_open_for_the_citizen(app: Flask, township: World):
    case_id, _ = worlds.signed(app, township)
    decisions.ask_question(case_id, township.actor("intake"), MONDAY, text="哪一天？", due_day=MONDAY.date())
    assert sweeps.lapse_questions(MONDAY + dt.timedelta(days=9)) == 0
    decisions.answer_question(case_id, worlds.CITIZEN, MONDAY + dt.timedelta(days=9), text="上个月。")
    with work() as session:
        assert session.get_one(Case, case_id).waiting is False


def test_the_outbox_is_offered_again_when_its_bell_was_lost(app: Flask, township: World):
    assert not claims.anything_due(MONDAY)
    township.file_case(app)
    assert claims.anything_due(MONDAY)


def test_counting_anew_goes_on_where_it_was_broken_off_and_says_how_far_it_is(
    app: Flask, township: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recounts, "BATCH", 2)
    september = dt.datetime(2026, 9, 28, 1, 0, tzinfo=dt.UTC)
    ids = [worlds.signed(app, township, september)[0] for _ in range(5)]
    holiday = CALENDAR.read_text(encoding="utf-8") + "2026-09-29,holiday,临时放假,示范安排\n"
    calendars.load_years(holiday, september)
    assert recounts.go_on(september, seconds=0) > 0
    half = recounts.newest()
    assert half is not None
    assert (half.total, half.done, half.ended_at) == (5, 2, None)
    assert recounts.go_on(september) > 0
    whole = recounts.newest()
    assert whole is not None
    assert whole.done == 5
    assert whole.ended_at is not None
    with work() as session:
        moved = session.scalars(select(Event.case_id).where(Event.kind == "due_moved").order_by(Event.case_id))
        assert sorted(set(moved)) == ids
    assert recounts.go_on(september) == 0


def test_cases_whose_dates_stand_are_left_alone(app: Flask, township: World):
    september = dt.datetime(2026, 9, 7, 1, 0, tzinfo=dt.UTC)
    case_id, _ = worlds.signed(app, township, september)
    before = worlds.case_of(case_id).version
    calendars.load_years(CALENDAR.read_text(encoding="utf-8"), september)
    assert recounts.go_on(september) == 0
    assert worlds.case_of(case_id).version == before
