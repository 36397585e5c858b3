"""R11 医疗收费投诉: the rows that the product can prove today; outcomes with refunds are still to come."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain import regimes
from shared.services import answers, replies
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, refusal

BOOK = regimes.parse(regimes.shipped("R11"))


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R11")


@pytest.mark.parametrize("channel", ["phone", "visit", "letter", "web"])
def test_r11_01_by_phone_visit_letter_or_otherwise_every_complaint_gets_its_answer(app, hospital, channel):
    case_id = hospital.accepted(app, channel=channel)
    desk = hospital.actor("desk")
    assert refusal(answers.close, case_id, desk, w.MONDAY) == "not_now"
    answers.answer_at_once(case_id, desk, w.MONDAY, rw.TOLD)
    answers.close(case_id, desk, w.MONDAY)
    assert w.case_of(case_id).state == "closed"


def test_r11_01_a_channel_that_the_source_does_not_name_is_closed(app, hospital):
    assert refusal(hospital.file_case, app, channel="weibo") == "channel_closed"


def test_what_is_asked_of_a_department_comes_back_before_the_patient_is_answered(app, hospital):
    case_id, slip_id = hospital.signed(app)
    assert refusal(answers.feed_back, case_id, hospital.actor("desk"), w.MONDAY, rw.TOLD) == "not_now"
    replies.submit(slip_id, hospital.actor("dept_staff"), w.MONDAY, rw.SOLVED)
    replies.decide(slip_id, hospital.actor("dept_head"), w.MONDAY, approved=True)
    replies.hand_in(slip_id, hospital.actor("dept_head"), w.MONDAY)
    answers.feed_back(case_id, hospital.actor("desk"), w.MONDAY, rw.TOLD)
    assert kinds(case_id)[-1] == "answered"


def test_the_source_has_no_limit_so_none_is_shipped():
    assert {gap.key for gap in BOOK.unset} == {"limits.handle.value"}
    assert not BOOK.complete


def test_the_days_that_the_hospital_set_count_from_receipt_to_the_answer(app, hospital):
    case_id, _ = hospital.replied(app)
    row = clock(case_id, "handle")
    assert (row.due_day, row.stopped_at) == (dt.date(2026, 9, 10), None)
    answers.feed_back(case_id, hospital.actor("desk"), w.MONDAY, rw.TOLD)
    assert clock(case_id, "handle").stopped_at == w.MONDAY


def test_a_page_of_rules_names_the_channels_and_what_was_set(app, hospital, client):
    page = client.get("/rules").get_data(as_text=True)
    for words in ("投诉信", "其他（网上）", "几个工作日内答复患者：3", "道歉"):
        assert words in page
