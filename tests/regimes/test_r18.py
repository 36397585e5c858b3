"""R18 员工投诉举报管理制度: staff complain inside their own company; the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared import clock as clocks
from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import may_see_case
from shared.models.complainant import Complainant
from shared.services import answers, barrier, conflicts, decisions, investigations, replies, tracking
from shared.services.conflicts import Named
from shared.services.queries_citizen import own_case
from shared.services.replies import Proposal
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import owed, refusal

OPINION = Proposal("solved", "核对门禁记录，加班属实。", "补记加班。")
NIGHT = dt.datetime(2026, 9, 5, 19, 0, tzinfo=dt.UTC)  # Sunday 03:00


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R18")


def decided(app, company: rw.RegimeWorld, **more) -> int:
    case_id = company.accepted(app, channel="letter", **more)
    keeper = company.actor("keeper")
    investigations.assign(case_id, company.actor("management"), w.MONDAY, person_id=keeper.person_id)
    replies.submit_opinion(case_id, keeper, w.MONDAY, OPINION)
    replies.decide_opinion(case_id, company.actor("management"), w.MONDAY, approved=True)
    return case_id


@pytest.mark.parametrize("channel", ["internal", "letter", "email"])
def test_r18_01_oral_written_and_mailed_complaints_are_taken_in_at_any_time(app, company, channel):
    case_id = company.file_case(app, now=NIGHT, channel=channel).case_id
    assert (w.case_of(case_id).channel, w.case_of(case_id).received_at) == (channel, NIGHT)


def test_r18_01_the_ways_have_the_rules_own_names(app, company, client):
    page = client.get("/rules").get_data(as_text=True)
    for name in ("任何时间向直接主管或者上级口头提出", "书面交人力资源部", "发到指定的举报邮箱"):
        assert name in page


def test_r18_02_a_receipt_number_is_given_at_once_and_finds_the_case(app, company):
    receipt = company.file_case(app, now=NIGHT, channel="email")
    token = tracking.enter(app.extensions["huiyin"].keys, receipt.receipt_no, receipt.code, NIGHT)
    found = own_case(token, NIGHT, 30)
    assert (found.case.id, [step.kind for step in found.steps]) == (receipt.case_id, ["received"])


def test_r18_03_no_line_manager_sees_case_or_identity(app, company):
    more = dict(channel="email", mode="confidential", identity={"name": "柳小㛃"})
    case_id = company.file_case(app, **more).case_id
    assert not may_see_case(company.actor("supervisor"), company.cast.institution_id)
    with work() as session:
        assert "柳小㛃".encode() not in session.get_one(Complainant, case_id).identity


def test_r18_03_on_paper_whoever_asked_for_confidence_has_no_name(app, company):
    more = dict(channel="email", mode="confidential", identity={"name": "柳小㛃"})
    case_id = company.file_case(app, **more).case_id
    with clocks.frozen(w.MONDAY):
        client = app.test_client()
        client.send("/office/sign-in", username="yuangong-hr", password=w.PASSWORD)
        page = client.get(f"/office/case/{case_id}/print/register").text
    assert "另册密封" in page
    assert "柳小㛃" not in page


def test_r18_04_no_number_is_invented_for_soon(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    raw = rw.of("R18")
    assert [(b.key, b.row) for b in raw.book.unset] == [("limits.finish.value", "R18.04")]
    assert refusal(raw.file_case, app, channel="letter") == "regime_incomplete"


def test_r18_04_the_result_reaches_whoever_complained(app, company):
    case_id = decided(app, company, mode="named", identity={"name": "柳小㛃"})
    answers.feed_back(case_id, company.actor("hr"), w.MONDAY, rw.TOLD)
    assert ("answered", "citizen") in owed(case_id)


def test_r18_05_the_named_keeper_files_it_and_nobody_else(app, company):
    case_id = decided(app, company)
    answers.feed_back(case_id, company.actor("hr"), w.MONDAY, rw.TOLD)
    answers.close(case_id, company.actor("hr"), w.MONDAY)
    assert refusal(answers.archive, case_id, company.actor("hr"), w.MONDAY) == "not_yours"
    answers.archive(case_id, company.actor("keeper"), w.MONDAY)
    assert w.case_of(case_id).archived_at == w.MONDAY


def test_r18_06_who_is_complained_about_no_longer_has_the_case(app, company):
    case_id = company.file_case(app, channel="letter").case_id
    hr, keeper = company.actor("hr"), company.actor("keeper")
    conflicts.name(case_id, keeper, w.MONDAY, Named((), [hr.person_id]))
    accept = dict(category="treatment", severity="")
    assert refusal(decisions.accept, case_id, hr, w.MONDAY, **accept) == "no_such_case"
    decisions.accept(case_id, keeper, w.MONDAY, **accept)
    assign, head = investigations.assign, company.actor("management")
    assert refusal(assign, case_id, head, w.MONDAY, person_id=hr.person_id) == "person_id"  # barred
    assign(case_id, head, w.MONDAY, person_id=keeper.person_id)


def test_r18_06_the_complaint_about_a_line_manager_bypasses_that_manager(app, company):
    case_id = company.accepted(app, channel="internal")
    boss, other = company.actor("supervisor"), company.actor("supervisor1")
    conflicts.name(case_id, company.actor("keeper"), w.MONDAY, Named((), [boss.person_id]))
    with work() as session:
        found = barrier.of(session, case_id)
    assert found.stops(boss)
    assert not found.stops(other)
