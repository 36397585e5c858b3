"""A confidential complainant in the browser: one button, a reason, a colleague's yes, fifteen minutes."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from shared import clock
from tests.support import world as w
from tests.support.office import Office

WHO = {"mode": "confidential", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}
BECAUSE = "要打电话向本人核实补贴的批次"


def filed(app: Flask, world: w.World) -> int:
    return world.file_case(app, **WHO).case_id


def page(case_id: int) -> str:
    return f"/office/case/{case_id}/identity"


def ask(town: Office, case_id: int, **more: str) -> None:
    town.press("intake", page(case_id), **{"act": "ask", "reason": "verify", "because": BECAUSE, **more})


def answer(town: Office, case_id: int, act: str, role: str = "chief") -> None:
    town.press(role, page(case_id), act=act)


def test_one_button_a_reason_and_a_colleagues_yes_open_the_identity(town: Office):
    case_id = town.made(filed)
    assert "申请查看" in town.see("intake", f"/office/case/{case_id}")
    ask(town, case_id)
    assert "正在等同事同意" in town.see("intake", page(case_id))
    desk = town.see("chief", "/office/")
    assert "同事申请查看来信人信息" in desk
    assert page(case_id) in desk
    assert BECAUSE in town.see("chief", page(case_id))
    answer(town, case_id, "agree")
    assert "同事申请查看来信人信息" not in town.see("chief", "/office/")
    shown = town.press("intake", page(case_id), status=200, act="look").text
    assert "柳小㛃" in shown
    assert "13800138000" in shown
    assert re.search(r"工作人员\d+ 于 .*9:00 查看", shown)


def test_the_case_tells_each_step(town: Office):
    case_id = town.made(filed)
    ask(town, case_id)
    answer(town, case_id, "agree")
    town.press("intake", page(case_id), status=200, act="look")
    story = town.see("chief", f"/office/case/{case_id}")
    assert all(step in story for step in ("申请查看来信人信息", "同意查看来信人信息", "查看来信人信息"))


def test_a_short_reason_comes_back_with_what_was_typed(town: Office):
    case_id = town.made(filed)
    answer = town.press("intake", page(case_id), status=422, act="ask", reason="verify", because="看看")
    assert "至少 10 个字" in answer.text
    assert "看看" in answer.text


def test_a_no_is_told_and_one_may_ask_again(town: Office):
    case_id = town.made(filed)
    ask(town, case_id)
    answer(town, case_id, "decline")
    assert "同事没有同意" in town.see("intake", page(case_id))
    ask(town, case_id)


def test_opening_the_page_shows_no_name_even_while_it_may_be_seen(town: Office):
    case_id = town.made(filed)
    ask(town, case_id)
    answer(town, case_id, "agree")
    for role in ("intake", "chief"):
        assert "柳小㛃" not in town.see(role, page(case_id))


def test_after_fifteen_minutes_one_has_to_ask_again(town: Office):
    case_id = town.made(filed)
    ask(town, case_id)
    answer(town, case_id, "agree")
    town.press("intake", page(case_id), status=200, act="look")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=15)):
        assert "写明理由" in town.see("intake", page(case_id))


def test_danger_to_life_asks_nobody_and_says_what_it_waits_for(town: Office):
    case_id = town.made(filed)
    assert "有人身危险" in town.see("intake", page(case_id))
    ask(town, case_id, act="urgent")
    assert "警示正在发出" in town.see("intake", page(case_id))
    assert "紧急查看" in town.see("chief", f"/office/case/{case_id}")


@pytest.mark.parametrize("role", ["dispatcher", "archivist"])
def test_other_roles_find_no_such_page(town: Office, role: str):
    town.see(role, page(town.made(filed)), status=403)


def test_the_leader_of_a_county_agrees_too(county: Office):
    case_id = county.made(filed)
    ask(county, case_id)
    answer(county, case_id, "agree", "gov_leader")
    assert "柳小㛃" in county.press("intake", page(case_id), status=200, act="look").text


def test_the_identity_page_costs_few_statements(town: Office, count_sql):
    case_id = town.made(filed)
    ask(town, case_id)
    town.see("intake", page(case_id))
    with count_sql() as sent:
        town.see("intake", page(case_id))
    assert len(sent) <= 13
