"""R17 建筑和房地产业投诉处理管理办法: every limit is the blank X; the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html
from sqlalchemy import select

from shared import clock as at
from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.models.answer import Answer
from shared.models.complainant import Complainant
from shared.services import answers, decisions, extensions, investigations, queries_portal, regime_settings, replies
from shared.services.answers import Told
from shared.services.replies import Proposal
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

OPINION = Proposal("solved", "认定墙体开裂属于施工问题。", "责令施工单位返工。依据合同第六条。")
BLANKS = {
    "limits.review.value": ("R17.02", "5"),
    "limits.general.value": ("R17.09", "30"),
    "limits.complex.value": ("R17.09", "60"),
    "limits.decide.value": ("R17.05", "7"),
    "limits.feedback.value": ("R17.07", "3"),
    "extension.max_days": ("R17.09", "30"),
}
REFUSAL = dict(ground="material", reason="看不出投诉的是哪一处房屋。", basis="本办法", redirect="可以补充后再来")


@pytest.fixture
def bureau(db) -> rw.RegimeWorld:
    return rw.of("R17")


def investigated(app, bureau: rw.RegimeWorld, now: dt.datetime = w.MONDAY, **more) -> int:
    case_id = bureau.accepted(app, now, **more)
    person = bureau.actor("officer").person_id
    investigations.assign(case_id, bureau.actor("head"), now, person_id=person)
    return case_id


def decided(app, bureau: rw.RegimeWorld, now: dt.datetime = w.MONDAY) -> int:
    case_id = investigated(app, bureau)
    replies.submit_opinion(case_id, bureau.actor("officer"), now, OPINION)
    replies.decide_opinion(case_id, bureau.actor("leader"), now, approved=True)
    return case_id


@pytest.mark.parametrize("channel", ["phone", "email", "web", "visit"])
def test_r17_01_calls_mails_the_network_and_visits_are_taken_in(app, bureau, channel):
    assert w.case_of(bureau.file_case(app, channel=channel).case_id).channel == channel


@pytest.mark.parametrize("category", ["construction", "sale", "lease", "property"])
def test_r17_01_the_four_kinds_are_accepted(app, bureau, category):
    case_id = bureau.accepted(app, category=category)
    assert w.case_of(case_id).state == "accepted"


def test_r17_02_the_first_review_is_due_within_the_set_working_days(app, bureau):
    case_id = bureau.file_case(app).case_id
    assert clock(case_id, "review").due_day == dt.date(2026, 9, 14)
    bureau.accept(case_id)
    assert ("accepted", "citizen") in owed(case_id)


def test_r17_02_material_that_is_missing_is_asked_for_before_the_decision(app, bureau):
    case_id, desk = bureau.file_case(app).case_id, bureau.actor("desk")
    decisions.ask_question(case_id, desk, w.MONDAY, text="请补充合同。", due_day=dt.date(2026, 9, 14))
    assert (w.case_of(case_id).state, w.case_of(case_id).waiting) == ("received", True)
    decisions.answer_question(case_id, CITIZEN, w.MONDAY, text="合同已经附上。")
    bureau.accept(case_id)
    assert clock(case_id, "review").due_day == dt.date(2026, 9, 14)  # waiting stops nothing


def test_r17_02_a_refusal_has_its_reason_and_says_what_to_do(app, bureau):
    case_id, desk = bureau.file_case(app).case_id, bureau.actor("desk")
    assert refusal(decisions.refuse, case_id, desk, w.MONDAY, **{**REFUSAL, "reason": " "}) == "reason"
    decisions.refuse(case_id, desk, w.MONDAY, **REFUSAL)
    assert ("refused", "citizen") in owed(case_id)


def test_r17_03_name_and_contact_are_sealed(app, bureau):
    more = dict(mode="confidential", identity={"name": "柳小㛃"}, contact={"phone": "13900001234"})
    case_id = bureau.file_case(app, **more).case_id
    with work() as session:
        row = session.get_one(Complainant, case_id)
        assert "柳小㛃".encode() not in row.identity
        assert b"13900001234" not in row.contact


def test_evidence_is_asked_of_a_section_and_kept(app, bureau):
    case_id = investigated(app, bureau)
    asked = dict(unit_id=bureau.unit(), wanted="施工合同和现场照片。", due_day=dt.date(2026, 9, 11))
    request = investigations.ask_evidence(case_id, bureau.actor("officer"), w.MONDAY, **asked)
    assert refusal(investigations.give_evidence, request, bureau.actor("section"), w.MONDAY, given=" ") == "given"
    investigations.give_evidence(request, bureau.actor("section"), w.MONDAY, given="施工合同和三张照片。")
    assert kinds(case_id)[-2:] == ["evidence_asked", "evidence_given"]


def test_r17_05_the_decision_is_due_from_the_result_of_the_investigation(app, bureau):
    case_id = investigated(app, bureau)
    later = w.MONDAY + w.days(1)
    replies.submit_opinion(case_id, bureau.actor("officer"), later, OPINION)
    row = clock(case_id, "decide")
    assert (row.started_at, row.due_day) == (later, dt.date(2026, 9, 17))
    replies.decide_opinion(case_id, bureau.actor("leader"), later, approved=True)
    assert clock(case_id, "decide").stopped_at == later


@pytest.mark.parametrize("field", ["solution", "opinion"])
def test_r17_05_a_decision_without_finding_or_opinion_is_no_decision(app, bureau, field):
    case_id = investigated(app, bureau)
    empty = Proposal(**{"outcome": "solved", "solution": "认定属实。", "opinion": "责令改正。", field: " "})
    assert refusal(replies.submit_opinion, case_id, bureau.actor("officer"), w.MONDAY, empty) == field


def test_r17_07_the_feedback_is_due_from_the_decision(app, bureau):
    case_id = decided(app, bureau, w.MONDAY + w.days(3))  # a Thursday
    assert clock(case_id, "feedback").due_day == dt.date(2026, 9, 15)
    answers.feed_back(case_id, bureau.actor("desk"), w.MONDAY + w.days(4), rw.TOLD)
    assert clock(case_id, "feedback").stopped_at == w.MONDAY + w.days(4)


def test_r17_08_who_disagrees_has_it_reviewed_and_reads_so(app, bureau, client):
    case_id = decided(app, bureau)
    answers.feed_back(case_id, bureau.actor("desk"), w.MONDAY, rw.TOLD)
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="裂缝又出现了。")
    assert w.case_of(case_id).state == "reopened"
    assert "您可以申请复查，也可以通过其他合法途径解决" in client.get("/rules").get_data(as_text=True)


@pytest.mark.parametrize(("severity", "day"), [("general", (10, 23)), ("complex", (12, 4))])
def test_r17_09_general_and_complex_have_their_own_working_days(app, bureau, severity, day):
    case_id = bureau.accepted(app, severity=severity)
    assert clock(case_id, severity).due_day == dt.date(2026, *day)


def test_r17_09_more_time_only_by_approval_and_never_beyond_the_cap(app, bureau):
    case_id, officer = investigated(app, bureau), bureau.actor("officer")
    asked = dict(new_day=dt.date(2026, 11, 20), reason="等鉴定结果。")
    assert refusal(extensions.extend, case_id, bureau.actor("desk"), w.MONDAY, **asked) == "not_now"
    beyond = {**asked, "new_day": dt.date(2026, 11, 23)}  # 31 days after 10-23
    assert refusal(extensions.ask, case_id, officer, w.MONDAY, **beyond) == "new_day"
    extensions.ask(case_id, officer, w.MONDAY, **asked)
    assert refusal(extensions.decide, case_id, bureau.actor("head"), w.MONDAY, granted=True) == "not_yours"
    extensions.decide(case_id, bureau.actor("leader"), w.MONDAY, granted=True)
    assert clock(case_id, "general").due_day == dt.date(2026, 11, 20)


def test_r17_02_r17_05_r17_07_r17_09_every_x_is_blank_and_nothing_goes_live_before_the_last_is_set(
    app, db, monkeypatch
):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    raw = rw.of("R17")
    assert {b.key: b.row for b in raw.book.unset} == {key: row for key, (row, _) in BLANKS.items()}
    for key, (_, value) in BLANKS.items():
        assert refusal(raw.file_case, app) == "regime_incomplete"
        assert queries_portal.live() == []
        given = dict(key=key, value=value, reason="会议决定。", since=w.MONDAY.date())
        regime_settings.set_blank(raw.actor("system_admin"), w.MONDAY, **given)
        queries_portal.forget()
    assert raw.file_case(app).register_no


def test_r17_07_the_answer_goes_the_way_the_complaint_came_and_another_needs_a_reason(app, bureau):
    case_id = decided(app, bureau)
    assert w.case_of(case_id).channel == "phone"
    by_mail = Told("email", "已经修好。")
    assert refusal(answers.feed_back, case_id, bureau.actor("desk"), w.MONDAY, by_mail) == "why_means"
    answers.feed_back(
        case_id, bureau.actor("desk"), w.MONDAY, Told("email", "已经修好。", why_means="投诉人要书面材料。")
    )
    with work() as session:
        assert session.scalars(select(Answer)).one().why_means == "投诉人要书面材料。"


def test_r17_07_the_page_has_chosen_the_way_of_the_complaint(app, client):
    with app.app_context():
        place = rw.of("R17")
        case_id, slug = decided(app, place), place.book.sample.slug
    with at.frozen(w.MONDAY):
        client.send("/office/sign-in", username=f"{slug}-desk", password=w.PASSWORD)
        page = html.fromstring(client.get(f"/office/case/{case_id}/feed_back").text)
    assert page.xpath("//input[@name='means'][@checked]/@value") == ["phone"]
    assert "制度要求用“电话”答复" in page.text_content()


def test_r17_08_the_complainant_is_told_of_the_review_and_of_other_ways(app, client):
    with at.frozen(w.MONDAY):
        with app.app_context():
            place = rw.of("R17")
            receipt = place.file_case(app)
            place.accept(receipt.case_id)
            ended.looked_into(place, receipt.case_id, w.MONDAY)
            answers.feed_back(receipt.case_id, place.actor("desk"), w.MONDAY, rw.TOLD)
        client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)
        page = client.get("/case/review").text
        assert html.fromstring(page).xpath("//h1")[0].text_content().strip() == "申请复查"
        assert "其他合法途径" in page
        assert "申请复查" in client.get("/case").text
        answer = client.send("/case/review", form="//main//form[.//textarea]", reason="裂缝又出现了。")
    assert answer.status_code == 303
    with app.app_context():
        assert w.case_of(receipt.case_id).state == "reopened"
