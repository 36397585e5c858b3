"""R20 金地集团客户投诉处理程序: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from shared.db import work
from shared.demo.filled import filled
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.models.case import Case
from shared.services import answers, cases, decisions, extensions, promises, slips
from shared.services.answers import Told
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_paper import paper
from tests.support.rows import clock, owed, refusal

BOOK = regimes.parse(regimes.shipped("R20"))
FRIDAY = dt.date(2026, 9, 11)


@pytest.fixture
def sales(db) -> rw.RegimeWorld:
    return rw.of("R20")


def promised(app, sales: rw.RegimeWorld, day: dt.date = FRIDAY) -> int:
    """A complaint that was given this day when it was taken in."""
    case_id = sales.accepted(app)
    with work() as session:
        facts = {"until": day.isoformat()}
        case, who = cases.lock(session, case_id), sales.actor("seller")
        cases.record(session, case, "promised", who, w.MONDAY, role="intake", facts=facts)
    return case_id


def later(sales: rw.RegimeWorld, case_id: int, day: int, now: dt.datetime = w.MONDAY) -> None:
    words = dict(new_day=dt.date(2026, 9, day), reason="已经同客户商定新的日期。", agreed=True)
    extensions.extend(case_id, sales.actor("seller"), now, **words)


@pytest.mark.parametrize(("start", "day"), [("2026-09-07", 8), ("2026-09-11", 14)])
def test_r20_02_the_supervisor_is_told_within_one_day_of_the_calendar(start, day):
    at = dt.datetime.fromisoformat(f"{start}T10:00+08:00")
    rules = [one for one in BOOK.clock_limits if one.id == "tell_up"]
    events = [Happened(1, "solved_by_staff", at), Happened(2, "reported_up", at + dt.timedelta(hours=3))]
    plain, zone = Calendar({}, frozenset()), ZoneInfo("Asia/Shanghai")
    [found] = run(rules, events, plain, zone=zone, default_severity=None, now=at)
    assert (found.due_day, found.stopped_at) == (dt.date(2026, 9, day), events[1].at)


def test_r20_03_the_five_levels_stand_in_their_order_and_are_five_people(app, sales):
    levels = ["seller", *(level.role for level in BOOK.approval("decision").chain)]
    assert levels == ["seller", "supervisor", "manager", "vice", "general"]
    assert len({sales.actor(role).person_id for role in levels}) == 5


def test_r20_04_the_sales_manager_alone_gives_it_to_another_department_and_says_what_to_do(app, sales):
    case_id = sales.accepted(app)
    call = dict(unit_id=sales.unit(), points="更换整面石材", text=rw.STORY)
    for role in ("seller", "supervisor", "vice", "general"):
        assert refusal(slips.transfer, case_id, sales.actor(role), w.MONDAY, **call) == "not_yours"
    assert refusal(slips.transfer, case_id, sales.actor("manager"), w.MONDAY, **{**call, "points": " "}) == "points"
    slips.transfer(case_id, sales.actor("manager"), w.MONDAY, **call)
    assert w.case_of(case_id).state == "transferred"


def test_r20_04_the_order_to_the_department_carries_what_is_to_be_done(app):
    with app.app_context():
        _, slip_id = rw.of("R20").transferred(app)
    page = paper(app, "jinhu-manager", f"/office/slip/{slip_id}/print")
    assert all(word in page for word in ("投诉工作处理单", "工程部", "请逐项查明"))


def test_r20_01_r20_05_the_day_that_was_told_is_the_limit_and_the_answer_ends_it(app, sales):
    case_id = promised(app, sales)
    assert (clock(case_id, "promised").due_day, w.case_of(case_id).due_limit) == (FRIDAY, "promised")
    answers.answer_at_once(case_id, sales.actor("seller"), w.MONDAY + w.days(1), rw.TOLD)
    assert clock(case_id, "promised").stopped_at == w.MONDAY + w.days(1)


def taken_in(app, sales: rw.RegimeWorld, day: str) -> int:
    said = filled(BOOK, "file", "register", channel="phone") | {"promised_for": day}
    return sales.file_case(app, fields=said).case_id


def test_r20_01_the_day_that_the_register_tells_the_customer_is_the_limit(app, sales):
    case_id = taken_in(app, sales, FRIDAY.isoformat())
    assert (clock(case_id, "promised").due_day, w.case_of(case_id).due_limit) == (FRIDAY, "promised")
    sales.accept(case_id)
    assert refusal(promises.promise, case_id, sales.actor("seller"), w.MONDAY, day=FRIDAY) == "promised_before"
    later(sales, case_id, 15)
    assert clock(case_id, "promised").due_day == dt.date(2026, 9, 15)


def test_r20_01_what_came_by_letter_is_given_its_day_when_it_is_accepted(app, sales):
    case_id = sales.file_case(app, channel="letter").case_id
    call = dict(category="sale", severity="", fields={"promised_for": "２０２６-０９-１１"})
    decisions.accept(case_id, sales.actor("seller"), w.MONDAY, **call)
    assert clock(case_id, "promised").due_day == FRIDAY


@pytest.mark.parametrize("day", ["2026-09-04", "2029-01-01"])
def test_r20_01_a_day_that_is_over_or_years_away_is_not_told(app, sales, day):
    assert refusal(taken_in, app, sales, day) == "f_promised_for"
    with work() as session:
        assert session.scalar(select(func.count(Case.id))) == 0


def test_r20_06_acceptance_does_not_change_the_day_that_was_told(app, sales):
    case_id = taken_in(app, sales, FRIDAY.isoformat())
    call = dict(category="sale", severity="", fields={"promised_for": "2026-09-17"})
    assert refusal(decisions.accept, case_id, sales.actor("seller"), w.MONDAY, **call) == "f_promised_for"
    decisions.accept(case_id, sales.actor("seller"), w.MONDAY, **call | {"fields": {"promised_for": "2026-09-11"}})
    assert clock(case_id, "promised").due_day == FRIDAY


def test_r20_05_whoever_is_told_face_to_face_signs_and_is_asked_for_an_opinion(app, sales):
    case_id = sales.accepted(app)
    told = Told("face", "已经按九五折重新签约。", satisfaction="good")
    assert refusal(answers.answer_at_once, case_id, sales.actor("seller"), w.MONDAY, told) == "signed"
    signed = Told("face", told.text, signed=True, satisfaction="good")
    answers.answer_at_once(case_id, sales.actor("seller"), w.MONDAY, signed)
    assert w.case_of(case_id).state == "answered"


def test_r20_06_a_third_change_of_the_day_is_refused(app, sales):
    case_id = promised(app, sales)
    for day in (15, 17):
        later(sales, case_id, day)
        assert clock(case_id, "promised").due_day == dt.date(2026, 9, day)
    assert refusal(later, sales, case_id, 22) == "too_many_extensions"
    assert clock(case_id, "promised").due_day == dt.date(2026, 9, 17)


def test_r20_06_the_customer_is_told_of_the_new_day_and_why(app, sales):
    case_id = promised(app, sales)
    words = dict(new_day=dt.date(2026, 9, 15), reason=" ", agreed=True)
    assert refusal(extensions.extend, case_id, sales.actor("seller"), w.MONDAY, **words) == "reason"
    later(sales, case_id, 15)
    assert ("extended", "citizen") in owed(case_id)


def test_r20_06_the_day_is_changed_before_it_has_passed_or_not_at_all(app, sales):
    case_id = promised(app, sales)
    last = dt.datetime(2026, 9, 11, 9, 29, tzinfo=dt.UTC)  # Friday 17:29, a minute before closing
    assert refusal(later, sales, case_id, 15, last + dt.timedelta(minutes=1)) == "too_late_to_extend"
    later(sales, case_id, 15, last)
    assert clock(case_id, "promised").due_day == dt.date(2026, 9, 15)


def test_the_rules_page_tells_the_way_and_the_day_that_is_agreed(app, sales, client):
    page = client.get("/rules").get_data(as_text=True)
    assert all(word in page for word in ("约定的日期", "日期最多改两次", "签发投诉工作处理单"))


def test_r20_05_face_to_face_the_opinion_of_the_answer_is_asked_for(app, sales):
    case_id = sales.accepted(app)
    unsaid = Told("face", "已经按九五折重新签约。", signed=True)
    assert refusal(answers.answer_at_once, case_id, sales.actor("seller"), w.MONDAY, unsaid) == "satisfaction"
