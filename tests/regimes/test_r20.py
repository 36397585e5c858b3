"""R20 客户投诉处理程序（销售、租赁）: a promised day, at most two changes; what the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared import clock as clocks
from shared.db import work
from shared.domain.lifecycle import Role
from shared.services import answers, cases, extensions, replies, slips
from shared.services.answers import Told
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

PROMISED = dt.date(2026, 9, 11)


@pytest.fixture
def sales(db) -> rw.RegimeWorld:
    return rw.of("R20")


def promise(sales: rw.RegimeWorld, case_id: int, day: dt.date = PROMISED) -> None:
    """A day is named to the customer, as the desk will do when it takes a complaint in."""
    with work() as session:
        case = cases.lock(session, case_id)
        facts = {"until": day.isoformat()}
        cases.record(session, case, "promised", sales.actor("staff"), w.MONDAY, role=Role.INTAKE, facts=facts)


def later(sales: rw.RegimeWorld, case_id: int, day: int, now: dt.datetime = w.MONDAY, reason: str = "等票据。"):
    new = dt.date(2026, 9, day)
    return extensions.extend(case_id, sales.actor("staff"), now, new_day=new, reason=reason)


def printed(app, role: str, address: str) -> str:
    with clocks.frozen(w.MONDAY):
        client = app.test_client()
        client.send("/office/sign-in", username=f"binhu-{role}", password=w.PASSWORD)
        return str(client.get(address).text)


def test_the_record_has_the_procedures_own_name(app, sales):
    case_id = sales.accepted(app)
    assert "客户投诉处理记录" in printed(app, "staff", f"/office/case/{case_id}/print/register")


def test_r20_02_the_superior_knows_the_result_within_one_day(app, sales):
    case_id, slip_id = sales.signed(app)
    friday = w.MONDAY + w.days(4)
    staff = sales.actor("staff_unit")
    replies.save(slip_id, staff, friday, rw.SOLVED)
    row = clock(case_id, "tell_superior")
    assert (row.started_at, row.due_day) == (friday, dt.date(2026, 9, 14))  # the day after is a Saturday
    replies.submit(slip_id, staff, friday, rw.SOLVED)
    assert clock(case_id, "tell_superior").stopped_at == friday


def test_r20_02_nothing_leaves_before_the_superior_has_seen_it(app, sales):
    _, slip_id = sales.signed(app)
    staff = sales.actor("staff_unit")
    replies.submit(slip_id, staff, w.MONDAY, rw.SOLVED)
    assert refusal(replies.decide, slip_id, staff, w.MONDAY, approved=True) == "own_draft"
    replies.decide(slip_id, sales.actor("lead_unit"), w.MONDAY, approved=True)
    assert w.slip_of(slip_id).state == "approved"


def test_r20_04_the_manager_alone_signs_the_slip_to_another_department_and_says_what_is_wanted(app, sales):
    case_id, manager = sales.accepted(app), sales.actor("manager")
    call = dict(unit_id=sales.unit(2), points="三天内补装吊柜。", text=rw.STORY)
    for role in ("staff", "lead", "general"):
        assert refusal(slips.transfer, case_id, sales.actor(role), w.MONDAY, **call) == "not_yours"
    assert refusal(slips.transfer, case_id, manager, w.MONDAY, **{**call, "points": " "}) == "points"
    slip_id = slips.transfer(case_id, manager, w.MONDAY, **call)
    page = printed(app, "manager", f"/office/slip/{slip_id}/print")
    assert "投诉工作处理单" in page
    assert "三天内补装吊柜。" in page


def test_r20_05_the_answer_is_due_on_the_day_that_was_named_and_without_one_on_none(app, sales):
    case_id, _ = sales.replied(app)
    assert w.case_of(case_id).due_limit == ""
    promise(sales, case_id)
    assert clock(case_id, "feedback").due_day == PROMISED
    answers.feed_back(case_id, sales.actor("staff"), w.MONDAY, rw.TOLD)
    assert clock(case_id, "feedback").stopped_at == w.MONDAY


def test_r20_05_who_is_answered_face_to_face_signs(app, sales):
    case_id, _ = sales.replied(app)
    told = Told("face", "当面说明。", satisfaction="good")
    assert refusal(answers.feed_back, case_id, sales.actor("staff"), w.MONDAY, told) == "signed"


def test_r20_06_the_day_is_changed_twice_and_not_a_third_time(app, sales):
    case_id, _ = sales.signed(app)
    promise(sales, case_id)
    later(sales, case_id, 14)
    later(sales, case_id, 16)
    assert clock(case_id, "feedback").due_day == dt.date(2026, 9, 16)
    assert ("extended", "citizen") in owed(case_id)
    assert refusal(later, sales, case_id, 18) == "too_many_extensions"


def test_r20_06_the_customer_is_asked_before_the_day_has_passed(app, sales):
    case_id, _ = sales.signed(app)
    promise(sales, case_id)
    assert refusal(later, sales, case_id, 16, w.MONDAY + w.days(5)) == "too_late_to_extend"
    assert refusal(later, sales, case_id, 16, reason=" ") == "reason"
