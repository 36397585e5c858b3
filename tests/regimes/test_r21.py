"""R21 地产投诉应急预案: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain import regimes
from shared.services import answers, decisions, slips
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

BOOK = regimes.parse(regimes.shipped("R21"))


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R21")


def test_r21_01_group_and_office_are_filled_and_each_does_its_part(app, estate, client):
    case_id = estate.accepted(app)
    call = dict(unit_id=estate.unit(), points="请查明", text=rw.STORY)
    for role in ("service", "director", "leader", "vice"):
        assert refusal(slips.transfer, case_id, estate.actor(role), w.MONDAY, **call) == "not_yours"
    slips.transfer(case_id, estate.actor("deputy"), w.MONDAY, **call)
    page = client.get("/rules").get_data(as_text=True)
    assert all(
        who in page for who in ("组长（总经理）", "副组长（副总经理）", "主任（市场部经理）", "副主任（客服部经理）")
    )


@pytest.mark.parametrize("channel", ["phone", "letter", "email", "visit"])
def test_r21_02_four_ways_lead_into_one_register(app, estate, channel):
    receipt = estate.file_case(app, channel=channel)
    assert (w.case_of(receipt.case_id).channel, receipt.register_no) == (channel, "银杏投〔2026〕0001号")


def test_r21_02_another_way_is_closed(app, estate):
    assert refusal(estate.file_case, app, channel="weibo") == "channel_closed"


def test_r21_02_registration_is_at_once_so_it_is_measured_and_nobody_is_late(app, estate):
    case_id = estate.file_case(app).case_id
    assert w.case_of(case_id).due_limit == ""
    assert {m.id for m in BOOK.measures if m.starts == ["received"]} == {"register", "plan"}


def test_r21_03_a_reasonable_complaint_is_put_right_and_the_result_told(app, estate):
    case_id = estate.answered(app, severity="reasonable")
    assert w.case_of(case_id).state == "answered"


def test_r21_03_an_unreasonable_one_is_explained_and_never_refused_for_it(app, estate):
    case_id = estate.file_case(app).case_id
    words = dict(ground="unreasonable", reason="不合理。", basis="预案", redirect="")
    assert refusal(decisions.refuse, case_id, estate.actor("service"), w.MONDAY, **words) == "ground"
    estate.accept(case_id, severity="unreasonable")
    answers.answer_at_once(case_id, estate.actor("service"), w.MONDAY, rw.TOLD)
    assert w.case_of(case_id).state == "answered"


def test_r21_03_no_limit_is_invented_it_is_the_companys_to_set(app, estate):
    assert [(b.key, b.row) for b in BOOK.unset] == [("limits.finish.value", "R21.03")]
    assert not BOOK.complete
    case_id = estate.accepted(app)
    assert clock(case_id, "finish").due_day == dt.date(2026, 9, 16)


def test_the_rules_page_tells_when_the_plan_starts(app, estate, client):
    page = client.get("/rules").get_data(as_text=True)
    assert all(word in page for word in ("启动应急预案", "不良社会影响", "办结的工作日数：7"))
