"""R23 房地产投诉处理工作规程: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.models.answer import Decision
from shared.services import decisions, replies
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

BOOK = regimes.parse(regimes.shipped("R23"))


@pytest.fixture
def group(db) -> rw.RegimeWorld:
    return rw.of("R23")


def test_r23_01_the_project_takes_in_the_department_solves_and_its_leader_agrees(app, group):
    case_id = group.file_case(app).case_id
    accept = dict(category="quality", severity="general")
    for role in ("area_desk", "group_service", "executive"):
        assert refusal(decisions.accept, case_id, group.actor(role), w.MONDAY, **accept) == "not_yours"
    _, slip_id = group.signed(app)
    replies.submit(slip_id, group.actor("dept"), w.MONDAY, rw.SOLVED)
    assert refusal(replies.decide, slip_id, group.actor("dept"), w.MONDAY, approved=True) == "own_draft"
    replies.decide(slip_id, group.actor("dept_head"), w.MONDAY, approved=True)
    assert w.slip_of(slip_id).state == "approved"


@pytest.mark.parametrize("channel", ["visit", "phone", "letter", "web", "referral"])
def test_r23_02_five_ways_lead_in(app, group, channel):
    assert w.case_of(group.file_case(app, channel=channel).case_id).channel == channel


def test_r23_02_the_way_over_the_property_manager_is_published(app, group, client):
    assert "通过物业管理单位转来" in client.get("/rules").get_data(as_text=True)


def test_r23_03_what_is_put_right_after_handover_is_no_complaint_but_keeps_its_number(app, group, client):
    receipt = group.file_case(app)
    words = dict(ground="rectify", reason="集中交付后第二十天，登记后直接整改。", basis="工作规程", redirect="工程整改")
    decisions.refuse(receipt.case_id, group.actor("project_desk"), w.MONDAY, **words)
    case = w.case_of(receipt.case_id)
    assert (case.state, case.register_no, case.due_limit) == ("refused", "林苑投〔2026〕0001号", "")
    with work() as session:
        assert session.scalars(select(Decision.reason)).one() == words["reason"]
    assert "不作为投诉处理" in client.get("/rules").get_data(as_text=True)


def test_r23_05_the_flow_chart_is_drawn(app, group, client):
    page = client.get("/rules").get_data(as_text=True)
    assert "svg" in page
    assert all(stage.name in page for stage in BOOK.stages)


def test_r23_05_the_lost_limit_is_the_groups_to_set(app, group):
    assert [(b.key, b.row) for b in BOOK.unset] == [("limits.finish.value", "R23.05")]
    case_id = group.accepted(app)
    assert clock(case_id, "finish").due_day == dt.date(2026, 9, 20)
