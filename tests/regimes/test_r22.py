"""R22 房地产公司投诉管理细则: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.models.answer import Decision
from shared.models.event import Event
from shared.services import answers, decisions, queries_supervisions, replies, supervisions, sweeps
from shared.services.supervisions import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

BOOK = regimes.parse(regimes.shipped("R22"))


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R22")


def at(day: str, hour: str = "10:00") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour}+08:00").astimezone(dt.UTC)


def test_r22_01_works_and_service_are_heard_and_nothing_else_is_a_kind(app, company):
    case_id = company.file_case(app).case_id
    accept = dict(category="parking", severity="later")
    assert refusal(decisions.accept, case_id, company.actor("receiver"), w.MONDAY, **accept) == "category"
    for category in ("safety", "quality", "after", "service"):
        company.accept(company.file_case(app).case_id, category=category)


@pytest.mark.parametrize("channel", ["phone", "letter", "visit"])
def test_r22_03_calls_letters_and_visits_are_registered_by_name_and_time(app, company, channel):
    case_id = company.file_case(app, channel=channel).case_id
    case = w.case_of(case_id)
    assert (case.channel, case.received_at) == (channel, w.MONDAY)
    with work() as session:
        who = select(Event.actor_id).where(Event.case_id == case_id, Event.kind == "received")
        assert session.scalars(who).one() == company.actor("receiver").person_id


def test_r22_05_what_is_the_groups_is_refused_and_told_where_to_go(app, company, client):
    case_id = company.file_case(app).case_id
    words = dict(ground="group", reason="属于集团的事项。", basis="投诉管理细则")
    decisions.refuse(case_id, company.actor("receiver"), w.MONDAY, **words, redirect="集团投诉稽查中心")
    with work() as session:
        assert session.scalars(select(Decision.redirect)).one() == "集团投诉稽查中心"
    assert ("refused", "citizen") in owed(case_id)
    assert "属于集团的事项" in client.get("/rules").get_data(as_text=True)


def test_r22_06_the_receiver_follows_to_the_end_and_checks_the_effect(app, company):
    case_id, _ = company.replied(app)
    assert ("reply_handed_in", "office_intake") in owed(case_id)
    for role in ("dept", "dept_head"):
        assert refusal(answers.feed_back, case_id, company.actor(role), w.MONDAY, rw.TOLD) == "no_such_case"
    receiver = company.actor("receiver")
    replies.reject(case_id, receiver, w.MONDAY, comment="闭水试验没有做，请补做。")
    assert w.case_of(case_id).state == "handling"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-09-07", dt.date(2026, 9, 10)),
        ("2026-09-10", dt.date(2026, 9, 14)),  # the third day is a Sunday
        ("2026-09-17", dt.date(2026, 9, 20)),  # a Sunday on which offices work
        ("2026-09-30", dt.date(2026, 10, 8)),  # the third day lies in the holidays
    ],
)
def test_r22_07_three_days_of_the_calendar_from_receipt(app, company, start, due):
    case_id = company.file_case(app, at(start)).case_id
    assert clock(case_id, "three").due_day == due


@pytest.mark.parametrize("day", ["2026-09-07", "2026-09-12"])
def test_r22_07_what_can_be_done_today_is_due_today_and_on_a_saturday_too(app, company, day):
    case_id = company.accepted(app, at(day), severity="today")
    assert clock(case_id, "today").due_day == dt.date.fromisoformat(day)
    assert w.case_of(case_id).due_limit == "today"


def test_r22_07_the_limit_ends_when_it_is_done_and_runs_on_when_it_is_not(app, company):
    case_id, _ = company.replied(app)
    assert clock(case_id, "three").stopped_at == w.MONDAY
    replies.reject(case_id, company.actor("receiver"), w.MONDAY + w.days(1), comment="还在漏水。")
    row = clock(case_id, "three")
    assert (row.stopped_at, row.due_day) == (None, dt.date(2026, 9, 10))


@pytest.mark.parametrize(
    ("start", "closes"),
    [
        ("2026-09-07", at("2026-09-10", "18:30")),
        ("2026-09-28", at("2026-10-08", "18:00")),
        ("2026-11-09", at("2026-11-12", "18:00")),
        ("2026-04-27", at("2026-04-30", "18:00")),
    ],
)
def test_r22_09_a_limit_ends_when_the_office_closes_in_that_season(app, company, start, closes):
    case_id = company.file_case(app, at(start)).case_id
    assert clock(case_id, "three").due_at == closes


def test_r22_09_when_summer_begins_is_the_companys_to_say(app, company, client):
    assert {(b.key, b.row) for b in BOOK.unset} == {
        ("office_hours.0.first", "R22.09"),
        ("office_hours.0.last", "R22.09"),
    }
    page = client.get("/rules").get_data(as_text=True)
    assert all(word in page for word in ("8:00–12:00", "14:30–18:30", "14:00–18:00", "5月1日", "9月30日"))


SOON = dt.date(2026, 9, 10)


def order(company, misconduct: str = "delay", **whom) -> Order:
    return Order(misconduct, "请说明为什么三天没有上门。", SOON, **(whom or {"unit_id": company.unit()}))


def test_r22_02_the_inspectors_supervise_eight_misconducts_and_nobody_else_does(app, company):
    case_id, _ = company.signed(app)
    inspector = company.actor("inspector")
    codes = [one.code for one in BOOK.supervision.misconducts]
    assert len(codes) == 8
    for role in ("receiver", "leader"):
        assert refusal(supervisions.raise_, case_id, company.actor(role), w.MONDAY, order(company)) == "not_yours"
    assert refusal(supervisions.raise_, case_id, inspector, w.MONDAY, order(company, "bribe")) == "misconduct"
    for code in codes:
        supervisions.raise_(case_id, inspector, w.MONDAY, order(company, code))
    assert {one.misconduct for one in queries_supervisions.listed(inspector)} == {
        one.name for one in BOOK.supervision.misconducts
    }


def test_r22_02_the_unit_explains_and_the_inspectors_conclude(app, company):
    case_id, _ = company.signed(app)
    inspector, head = company.actor("inspector"), company.actor("dept_head")
    one = supervisions.raise_(case_id, inspector, w.MONDAY, order(company))
    say = dict(founded=True, text="情况属实，约谈部门负责人。")
    assert refusal(supervisions.conclude, one, inspector, w.MONDAY, **say) == "not_now"
    for role in ("dept", "dept_head1"):
        assert refusal(supervisions.answer, one, company.actor(role), w.MONDAY, text="在办。") == "no_such_case"
    supervisions.answer(one, head, w.MONDAY, text="零件缺货，明天上门。")
    supervisions.conclude(one, inspector, w.MONDAY, **say)
    [row] = queries_supervisions.mine(head)
    assert (row.row.state, row.row.conclusion) == ("founded", say["text"])
    assert queries_supervisions.mine(company.actor("dept_head1")) == []


def test_r22_02_whoever_stays_silent_is_concluded_about_after_the_day(app, company):
    case_id, _ = company.signed(app)
    inspector = company.actor("inspector")
    one = supervisions.raise_(case_id, inspector, w.MONDAY, order(company))
    say = dict(founded=True, text="到期没有说明。")
    assert refusal(supervisions.conclude, one, inspector, w.MONDAY + w.days(3), **say) == "not_now"
    supervisions.conclude(one, inspector, w.MONDAY + w.days(4), **say)


def test_r22_02_nobody_decides_about_oneself(app, company):
    case_id, _ = company.signed(app)
    inspector = company.actor("inspector")
    own = order(company, "rude", person_id=inspector.person_id)
    assert refusal(supervisions.raise_, case_id, inspector, w.MONDAY, own) == "own_matter"


def test_r22_02_what_is_late_is_laid_before_the_inspectors_once(app, company):
    case_id, _ = company.signed(app)
    late = clock(case_id, "three").due_at
    for day in range(2):
        sweeps.watch_clocks(late + w.days(day * 7))
    inspector = company.actor("inspector")
    [one] = queries_supervisions.listed(inspector, "offered")
    assert (one.row.case_id, one.row.unit_id, one.misconduct) == (case_id, company.unit(), "无正当理由拖延不办")
    assert queries_supervisions.mine(company.actor("dept_head")) == []
    supervisions.confirm(one.row.id, inspector, w.MONDAY, order(company))
    assert [one.row.state for one in queries_supervisions.mine(company.actor("dept_head"))] == ["raised"]
    assert refusal(supervisions.drop, one.row.id, inspector, w.MONDAY, text="已经办完。") == "not_now"
