"""R10 医院投诉管理（医患办）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain import regimes
from shared.domain.visibility import may_see_case
from shared.services import answers, decisions, happenings, replies, slips
from shared.services import ledger as books
from shared.services.ledger import Proposal
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.ledger import line
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(regimes.shipped("R10"))


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R10")


def test_r10_01_staff_may_complain_inside_and_are_answered(app, hospital):
    case_id = hospital.answered(app, channel="internal", category="staff")
    assert (w.case_of(case_id).channel, w.case_of(case_id).state) == ("internal", "answered")


def test_r10_02_the_office_alone_receives_and_the_head_of_department_answers_first(app, hospital):
    case_id = hospital.file_case(app).case_id
    accept = dict(category="charges", severity="complex")
    for role in ("dept_head", "dept_staff"):
        assert refusal(decisions.accept, case_id, hospital.actor(role), w.MONDAY, **accept) == "no_such_case"
    decisions.accept(case_id, hospital.actor("desk"), w.MONDAY, **accept)
    assert BOOK.approval("reply").chain[0].role == "dept_head"


def test_r10_03_place_time_and_contact_are_public(app, hospital, client):
    page = client.get("/rules").get_data(as_text=True)
    for word in ("0000-86110010", "济民路10号", "8:30"):
        assert word in page


def test_r10_04_the_register_has_the_hospitals_name_and_number(app, hospital):
    receipt = hospital.file_case(app)
    assert receipt.register_no == "临医投〔2026〕0001号"
    assert {f.name for f in BOOK.forms} >= {"医院投诉登记表", "医院投诉调查表"}


def test_r10_05_a_complaint_with_several_issues_is_asked_point_by_point(app, hospital):
    case_id = hospital.accepted(app)
    call = dict(unit_id=hospital.unit(), points=" ", text=rw.STORY)
    assert refusal(slips.transfer, case_id, hospital.actor("desk"), w.MONDAY, **call) == "points"


def test_r10_07_what_can_be_checked_on_the_spot_has_no_limit_but_is_measured(app, hospital):
    case_id = hospital.accepted(app, severity="on_spot")
    answers.answer_at_once(case_id, hospital.actor("desk"), w.MONDAY, rw.TOLD)
    assert (w.case_of(case_id).state, w.case_of(case_id).due_limit) == ("answered", "")
    assert "on_spot" in {measure.id for measure in BOOK.measures}


@pytest.mark.parametrize(("severity", "day"), [("complex", 14), ("several", 20)])
def test_r10_08_r10_09_five_or_ten_working_days_from_receipt(app, hospital, severity, day):
    case_id = hospital.accepted(app, w.MONDAY, severity=severity)
    row = clock(case_id, severity)
    assert (row.started_at, row.due_day) == (w.MONDAY, dt.date(2026, 9, day))


def test_r10_08_the_limit_ends_with_the_feedback_not_with_the_reply(app, hospital):
    case_id, _ = hospital.replied(app)
    assert clock(case_id, "complex").stopped_at is None
    answers.feed_back(case_id, hospital.actor("desk"), w.MONDAY, rw.TOLD)
    assert clock(case_id, "complex").stopped_at == w.MONDAY


def test_r10_09_every_department_gives_its_part_before_the_first_answers(app, hospital):
    _, slip_id = hospital.signed(app, severity="several")
    call = dict(unit_id=hospital.unit(1), reason="换药在外科病房。")
    slips.ask_help(slip_id, hospital.actor("dept_staff"), w.MONDAY, **call)
    replies.submit(slip_id, hospital.actor("dept_staff"), w.MONDAY, rw.SOLVED)
    replies.decide(slip_id, hospital.actor("dept_head"), w.MONDAY, approved=True)
    assert refusal(replies.hand_in, slip_id, hospital.actor("dept_head"), w.MONDAY) == "help_missing"


def test_r10_10_a_dispute_is_told_where_it_can_go(app, hospital, client):
    case_id = hospital.file_case(app).case_id
    words = dict(ground="dispute", reason="需要鉴定责任。", basis="医疗纠纷预防和处理条例", redirect="医调委")
    decisions.refuse(case_id, hospital.actor("desk"), w.MONDAY, **words)
    assert w.case_of(case_id).state == "refused"
    page = client.get("/rules").get_data(as_text=True)
    assert all(word in page for word in ("尸检", "鉴定", "调解", "诉讼"))


def test_a_department_sees_its_slip_and_not_the_case(app, hospital):
    hospital.signed(app)
    assert not may_see_case(hospital.actor("dept_staff"), hospital.cast.institution_id)


def test_the_steps_follow_each_other_and_the_desk_is_told(app, hospital):
    case_id = hospital.answered(app)
    assert [k for k in kinds(case_id) if k in ("transferred", "signed", "reply_handed_in", "answered")] == [
        "transferred",
        "signed",
        "reply_handed_in",
        "answered",
    ]
    assert ("reply_handed_in", "office_intake") in owed(case_id)


def test_r10_13_a_grave_fault_is_reported_to_the_authorities_as_well(app, hospital):
    case_id, desk = hospital.accepted(app), hospital.actor("desk")
    assert happenings.reports_outside(hospital.book)
    call = dict(kind=happenings.OUTSIDE, day=w.MONDAY.date())
    assert refusal(happenings.record, case_id, desk, w.MONDAY, **call, text=" ") == "text"
    happenings.record(case_id, desk, w.MONDAY, **call, text="已经报县卫生健康局。")
    assert kinds(case_id)[-1] == "reported_outside"


def test_r10_13_the_department_loses_what_the_hospital_has_set(app, hospital):
    assert "R10.13" in {gap.row for gap in BOOK.unset}
    case_id = hospital.answered(app)
    given = Proposal("performance", "三次告知以后仍没有改正。", unit_id=hospital.unit())
    penalty_id = books.propose(case_id, hospital.actor("desk_head"), w.MONDAY, given)
    assert line(penalty_id).amount > 0
    assert refusal(books.approve, penalty_id, hospital.actor("desk"), w.MONDAY) == "not_yours"
    books.approve(penalty_id, hospital.actor("hospital"), w.MONDAY)
    assert line(penalty_id).state == "approved"
