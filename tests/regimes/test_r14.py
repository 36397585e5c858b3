"""R14 不动产登记中心投诉处理机制: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared import clock as at
from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.services import answers, decisions, investigations, queries_portal, replies, visits
from shared.services.queries_citizen import own_case
from shared.services.replies import Proposal
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

OPINION = Proposal("solved", "核对原始档案，登记有误。", "责令受理科整改，更正证书。")


@pytest.fixture
def centre(db) -> rw.RegimeWorld:
    return rw.of("R14")


def answered(app, centre: rw.RegimeWorld) -> int:
    case_id = centre.accepted(app)
    person = centre.actor("checker").person_id
    investigations.assign(case_id, centre.actor("head"), w.MONDAY, person_id=person)
    replies.submit_opinion(case_id, centre.actor("checker"), w.MONDAY, OPINION)
    replies.decide_opinion(case_id, centre.actor("director"), w.MONDAY, approved=True)
    answers.feed_back(case_id, centre.actor("desk"), w.MONDAY, rw.TOLD)
    return case_id


def seen(case_id: int, centre: rw.RegimeWorld):
    token = visits.enter(case_id, centre.cast.institution_id, w.MONDAY)
    found = own_case(token, w.MONDAY, 30)
    assert found is not None
    return found


@pytest.mark.parametrize("channel", ["phone", "email", "letter"])
def test_r14_01_calls_mails_and_letters_are_taken_in(app, centre, channel):
    assert w.case_of(centre.file_case(app, channel=channel).case_id).channel == channel


def test_r14_01_a_way_that_the_rule_does_not_name_is_closed(app, centre):
    assert refusal(centre.file_case, app, channel="fax") == "channel_closed"


def test_r14_01_missing_evidence_can_be_asked_for_and_given(app, centre):
    case_id = centre.file_case(app).case_id
    asked = dict(text="请补充收费单据。", due_day=dt.date(2026, 9, 14))
    decisions.ask_question(case_id, centre.actor("desk"), w.MONDAY, **asked)
    assert w.case_of(case_id).waiting
    decisions.answer_question(case_id, CITIZEN, w.MONDAY, text="单据已经附上。")
    assert not w.case_of(case_id).waiting


def test_r14_02_within_the_set_time_it_is_told_whether_the_conditions_are_met(app, centre):
    case_id = centre.file_case(app, now=w.MONDAY + w.days(4)).case_id  # a Friday
    assert clock(case_id, "review").due_day == dt.date(2026, 9, 16)
    centre.accept(case_id, w.MONDAY + w.days(7))
    assert ("accepted", "citizen") in owed(case_id)
    assert clock(case_id, "review").stopped_at == w.MONDAY + w.days(7)


def test_r14_02_nothing_is_heard_while_the_time_is_blank(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    raw = rw.of("R14")
    assert refusal(raw.file_case, app) == "regime_incomplete"
    assert {b.row for b in raw.book.unset} == {"R14.02"}
    assert queries_portal.live() == []


def test_r14_03_progress_and_result_are_seen_by_the_complainant(app, centre):
    case_id = centre.accepted(app)
    assert [step.kind for step in seen(case_id, centre).steps][::-1] == ["received", "accepted"]  # the newest first
    done = seen(answered(app, centre), centre)
    assert {"investigated", "opinion_approved", "answered"} <= {step.kind for step in done.steps}
    assert [a.text for a in done.answers] == [rw.TOLD.text]


def test_r14_04_one_review_inside_and_no_second(app, centre):
    case_id = answered(app, centre)
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="面积还是不对。")
    assert w.case_of(case_id).state == "reopened"
    person = centre.actor("checker").person_id
    investigations.assign(case_id, centre.actor("head"), w.MONDAY, person_id=person)
    replies.submit_opinion(case_id, centre.actor("checker"), w.MONDAY, OPINION)
    replies.decide_opinion(case_id, centre.actor("director"), w.MONDAY, approved=True)
    answers.feed_back(case_id, centre.actor("desk"), w.MONDAY, rw.TOLD)
    assert refusal(answers.rehandle, case_id, CITIZEN, w.MONDAY, reason="还是不对。") == "reopened_enough"


def test_r14_04_the_way_outside_is_published(app, centre, client):
    page = client.get("/rules").get_data(as_text=True)
    for words in ("可以申请再审", "对再审的结果仍不满意", "相关部门"):
        assert words in page


def test_r14_04_the_page_offers_the_review_by_its_name_and_after_it_the_ways_outside(app, client):
    with at.frozen(w.MONDAY):
        with app.app_context():
            place = rw.of("R14")
            receipt = place.file_case(app)
            place.accept(receipt.case_id)
            ended.looked_into(place, receipt.case_id, w.MONDAY)
            answers.feed_back(receipt.case_id, place.actor("desk"), w.MONDAY, rw.TOLD)
        client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)
        assert "申请再审" in client.get("/case/review").text
        with app.app_context():
            answers.rehandle(receipt.case_id, CITIZEN, w.MONDAY, reason="面积还是不对。")
            ended.looked_into(place, receipt.case_id, w.MONDAY)
            answers.feed_back(receipt.case_id, place.actor("desk"), w.MONDAY, rw.TOLD)
        page = client.get("/case/review").text
    assert "不能再申请" in page
    assert "向相关部门申诉" in page
