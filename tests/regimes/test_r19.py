"""R19 提高房地产经纪行业投诉处理效能管理办法: an essay; the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html

from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.services import decisions, investigations, replies
from shared.services.replies import Proposal
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, refusal

OPINION = Proposal("solved", "核对房源记录，发布不实。", "下架房源并公示。")


@pytest.fixture
def guild(db) -> rw.RegimeWorld:
    return rw.of("R19")


def investigated(app, guild: rw.RegimeWorld) -> int:
    case_id = guild.accepted(app)
    person = guild.actor("checker").person_id
    investigations.assign(case_id, guild.actor("mediator"), w.MONDAY, person_id=person)
    return case_id


def test_r19_01_it_is_filed_and_a_question_is_asked_and_answered_online(app, guild):
    case_id = guild.file_case(app, channel="web").case_id
    asked = dict(text="请写明门店的名称。", due_day=dt.date(2026, 9, 14))
    decisions.ask_question(case_id, guild.actor("clerk"), w.MONDAY, **asked)
    decisions.answer_question(case_id, CITIZEN, w.MONDAY, text="车站路的门店。")
    assert kinds(case_id) == ["received", "question_asked", "question_answered"]


def test_r19_01_the_four_stages_are_drawn_in_their_order(app, guild, client):
    tree = html.fromstring(client.get("/rules").text)
    steps = [li.text_content().split(" · ")[0].strip() for li in tree.xpath("//ol[@class='steps-text']/li")]
    assert steps == ["投诉受理", "初步调查", "调解协商", "仲裁裁决"]


def test_r19_01_acceptance_inquiry_and_ruling_lie_with_different_people(app, guild):
    case_id = investigated(app, guild)
    replies.submit_opinion(case_id, guild.actor("checker"), w.MONDAY, OPINION)
    for role, code in (("clerk", "not_yours"), ("mediator", "not_yours"), ("checker", "own_draft")):
        assert refusal(replies.decide_opinion, case_id, guild.actor(role), w.MONDAY, approved=True) == code
    replies.decide_opinion(case_id, guild.actor("arbiter"), w.MONDAY, approved=True)
    assert w.case_of(case_id).state == "replied"


def test_r19_01_an_essay_without_limits_leaves_them_blank(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    raw = rw.of("R19")
    assert [(b.key, b.row) for b in raw.book.unset] == [("limits.finish.value", "R19.01")]
    assert refusal(raw.file_case, app) == "regime_incomplete"


def test_r19_03_another_department_shares_what_it_has(app, guild):
    case_id = investigated(app, guild)
    asked = dict(unit_id=guild.unit(1), wanted="房源的发布记录。", due_day=dt.date(2026, 9, 11))
    request = investigations.ask_evidence(case_id, guild.actor("checker"), w.MONDAY, **asked)
    call = dict(given="三个月的发布记录。")
    assert refusal(investigations.give_evidence, request, guild.actor("partner"), w.MONDAY, **call) == "no_such_case"
    investigations.give_evidence(request, guild.actor("partner1"), w.MONDAY, **call)
    assert kinds(case_id)[-2:] == ["evidence_asked", "evidence_given"]


def test_r19_05_the_three_parties_are_named_to_the_public(app, guild, client):
    assert "购房者、经纪公司和开发商都可以投诉" in client.get("/rules").get_data(as_text=True)


def test_r19_05_a_complaint_between_companies_is_a_kind_of_its_own(app, guild):
    case_id = guild.file_case(app, respondent="某开发商").case_id
    guild.accept(case_id, category="between")
    assert (w.case_of(case_id).state, w.case_of(case_id).category) == ("accepted", "between")
