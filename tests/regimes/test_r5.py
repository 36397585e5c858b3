"""R5 行政执法投诉举报处理制度: a test for every row."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.visibility import may_see_case
from shared.models.answer import Decision
from shared.models.complainant import Complainant
from shared.models.slip import EvidenceRequest
from shared.services import answers, decisions, extensions, investigations, replies
from shared.services.answers import Told
from shared.services.replies import Proposal
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(regimes.shipped("R5"))
OPINION = Proposal(outcome="solved", solution="核实情况属实。", opinion="对当事人批评教育并公开道歉。")
REFUSAL = dict(ground="scope", reason="不属于行政执法。", basis="本制度第二条", redirect="县信访局")


def investigated(app, county, now: dt.datetime = w.MONDAY) -> int:
    case_id = w.accepted(app, county, now)
    person = county.actor("investigator").person_id
    investigations.assign(case_id, county.actor("chief"), now, person_id=person)
    return case_id


def in_review(app, county) -> int:
    case_id = investigated(app, county)
    replies.submit_opinion(case_id, county.actor("investigator"), w.MONDAY, OPINION)
    return case_id


def test_r5_01_another_may_complain_for_somebody_and_declares_it_true(app, county):
    people = {"name": "柳小㛃", "agent": "阿·木", "relation": "邻居", "knows": "yes"}
    receipt = county.file_case(app, mode="behalf", identity=people, declared_true=True)
    with work() as session:
        assert session.get_one(Complainant, receipt.case_id).declared_true
    assert "真实性负责" in BOOK.declaration


def test_r5_02_the_seven_kinds_are_the_categories():
    codes = ["abuse", "favour", "uncivil", "attitude", "bribes", "extort", "other"]
    assert [c.code for c in BOOK.categories] == codes


@pytest.mark.parametrize("channel", ["letter", "phone", "visit", "web"])
def test_r5_03_letters_calls_and_visits_are_taken_in(app, county, channel):
    receipt = county.file_case(app, channel=channel)
    assert w.case_of(receipt.case_id).channel == channel


def test_r5_04_name_contact_content_and_object_are_kept_apart(app, county):
    more = dict(mode="named", identity={"name": "柳小㛃"}, contact={"phone": "13900001234"})
    receipt = county.file_case(app, respondent="城管执法队", **more)
    case = w.case_of(receipt.case_id)
    assert case.respondent == "城管执法队"
    with work() as session:
        row = session.get_one(Complainant, receipt.case_id)
        assert "柳小㛃".encode() not in row.identity
        assert b"13900001234" not in row.contact


def test_r5_05_the_office_decides_within_five_working_days_of_receipt(app, county):
    case_id = county.file_case(app).case_id
    assert clock(case_id, "decide").due_day == dt.date(2026, 9, 14)


@pytest.mark.parametrize("field", ["reason", "basis"])
def test_r5_05_a_refusal_needs_reason_and_basis(app, county, field):
    case_id = county.file_case(app).case_id
    assert refusal(decisions.refuse, case_id, county.actor("intake"), w.MONDAY, **{**REFUSAL, field: " "}) == field
    assert w.case_of(case_id).state == "received"


def test_r5_05_the_citizen_is_told_of_a_refusal_and_where_to_go(app, county):
    case_id = county.file_case(app).case_id
    decisions.refuse(case_id, county.actor("intake"), w.MONDAY, **REFUSAL)
    assert ("refused", "citizen") in owed(case_id)
    with work() as session:
        row = session.scalars(select(Decision)).one()
        assert (row.reason, row.basis, row.redirect) == ("不属于行政执法。", "本制度第二条", "县信访局")


def test_r5_06_thirty_working_days_from_acceptance(app, county):
    case_id = w.accepted(app, county)
    assert clock(case_id, "investigate").due_day == dt.date(2026, 10, 23)


def test_r5_06_thirty_working_days_into_an_unpublished_year_are_provisional(app, county):
    case_id = w.accepted(app, county, now=dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC))
    assert clock(case_id, "investigate").provisional


def test_r5_07_the_citizen_is_not_told_before_the_leader_approves(app, county):
    case_id = in_review(app, county)
    told = Told(means="online", text="处理结果。")
    assert refusal(answers.feed_back, case_id, county.actor("intake"), w.MONDAY, told) == "not_now"
    replies.decide_opinion(case_id, county.actor("gov_leader"), w.MONDAY, approved=True)
    answers.feed_back(case_id, county.actor("intake"), w.MONDAY, told)
    assert w.case_of(case_id).state == "answered"


def test_r5_07_only_the_government_leader_approves(app, county):
    case_id = in_review(app, county)
    for role in ("intake", "investigator", "chief", "handler"):
        with pytest.raises(Refused):
            replies.decide_opinion(case_id, county.actor(role), w.MONDAY, approved=True)
    assert w.case_of(case_id).state == "review"


def test_r5_07_an_opinion_sent_back_runs_on_under_its_limit(app, county):
    case_id = in_review(app, county)
    leader = county.actor("gov_leader")
    replies.decide_opinion(case_id, leader, w.MONDAY + w.days(1), approved=False, comment="请补充证据。")
    assert clock(case_id, "investigate").stopped_at is None


def test_r5_08_more_time_only_by_the_leaders_approval(app, county):
    case_id = investigated(app, county)
    asked = dict(new_day=dt.date(2026, 11, 6), reason="需要向外地取证。")
    with pytest.raises(Refused):
        extensions.extend(case_id, county.actor("intake"), w.MONDAY, **asked)
    extensions.ask(case_id, county.actor("investigator"), w.MONDAY, **asked)
    assert clock(case_id, "investigate").due_day == dt.date(2026, 10, 23)
    with pytest.raises(Refused):
        extensions.decide(case_id, county.actor("chief"), w.MONDAY, granted=True)
    extensions.decide(case_id, county.actor("gov_leader"), w.MONDAY, granted=True)
    assert clock(case_id, "investigate").due_day == dt.date(2026, 11, 6)
    assert ("extended", "citizen") in owed(case_id)


def test_r5_08_a_declined_extension_needs_a_comment_and_moves_nothing(app, county):
    case_id = investigated(app, county)
    extensions.ask(case_id, county.actor("investigator"), w.MONDAY, new_day=dt.date(2026, 11, 6), reason="需要取证。")
    leader = county.actor("gov_leader")
    assert refusal(extensions.decide, case_id, leader, w.MONDAY, granted=False) == "comment"
    extensions.decide(case_id, leader, w.MONDAY, granted=False, comment="请按期完成。")
    assert clock(case_id, "investigate").due_day == dt.date(2026, 10, 23)


def test_r5_09_the_investigated_unit_is_asked_for_material_and_gives_it(app, county):
    case_id = investigated(app, county)
    asked = dict(unit_id=county.unit["bureau"], wanted="执法记录。", due_day=dt.date(2026, 9, 11))
    request = investigations.ask_evidence(case_id, county.actor("investigator"), w.MONDAY, **asked)
    investigations.give_evidence(request, county.actor("handler"), w.MONDAY, given="执法记录仪录像。")
    with work() as session:
        assert session.get_one(EvidenceRequest, request).given == "执法记录仪录像。"
    assert kinds(case_id)[-2:] == ["evidence_asked", "evidence_given"]


def test_r5_10_material_and_result_are_archived_on_closing(app, county):
    case_id = in_review(app, county)
    replies.decide_opinion(case_id, county.actor("gov_leader"), w.MONDAY, approved=True)
    answers.feed_back(case_id, county.actor("intake"), w.MONDAY, Told(means="online", text="处理结果。"))
    later = w.MONDAY + w.days(31)
    answers.close(case_id, county.actor("intake"), later)
    answers.archive(case_id, county.actor("archivist"), later)
    assert w.case_of(case_id).state == "archived"
    assert {a.row for a in BOOK.archive} >= {"R5.10"}


def test_r5_10_a_case_is_not_closed_while_the_citizen_may_still_rate(app, county):
    case_id = in_review(app, county)
    replies.decide_opinion(case_id, county.actor("gov_leader"), w.MONDAY, approved=True)
    answers.feed_back(case_id, county.actor("intake"), w.MONDAY, Told(means="online", text="处理结果。"))
    assert refusal(answers.close, case_id, county.actor("intake"), w.MONDAY) == "still_to_rate"


def test_r5_11_the_investigated_unit_never_sees_the_case(county):
    assert not may_see_case(county.actor("handler"), county.institution_id)


def test_every_row_of_r5_stands_in_the_published_rules():
    assert {c.row for c in BOOK.clauses} == {f"R5.{n:02d}" for n in range(1, 12)}
