"""The page of a case: who sees it, what it offers, what it keeps hidden, and what each decision asks for."""

from __future__ import annotations

import io

import pytest

from tests.support import samples
from tests.support import world as w
from tests.support.office import Office, link, steps

WHO = {"mode": "confidential", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}


def case(case_id: int, step: str = "") -> str:
    return f"/office/case/{case_id}" + (f"/{step}" if step else "")


def filed(app, world, **more) -> int:
    return world.file_case(app, **more).case_id


def test_a_new_case_offers_acceptance_first_with_its_key(town: Office):
    page = town.see("intake", case(town.made(filed)))
    assert steps(page)[0] == "accept"
    assert 'data-key="A"' in page
    assert {"refuse", "refer", "ask_question"} <= set(steps(page))


def test_nothing_leads_where_the_office_only_waits(town: Office):
    case_id, _slip = town.made(w.signed)
    page = town.see("intake", case(case_id))
    assert "name_respondents" in steps(page)
    assert 'class="btn primary" href="/office/case' not in page
    assert 'class="btn primary" href="/office/case' in town.see("intake", case(town.made(filed)))


@pytest.mark.parametrize("role", ["signer", "director", "handler", "unit_head"])
def test_a_unit_never_sees_the_case_itself(town: Office, role: str):
    case_id, _slip = town.made(w.signed)
    assert w.STORY not in town.see(role, case(case_id), status=404)


def test_another_institution_finds_no_such_case(app, town: Office):
    case_id = town.made(filed)
    other = Office(app, w.county)
    other.see("intake", case(case_id), status=404)


def test_the_page_of_a_long_case_costs_no_more_than_twelve_statements(town: Office, count_sql):
    case_id, _slip = town.made(w.replied)
    town.see("intake", case(case_id))
    with count_sql() as sent:
        town.see("intake", case(case_id))
    assert len(sent) <= 12


def test_name_and_contact_stay_hidden_until_a_reason_is_given_and_the_look_is_on_record(town: Office):
    case_id = town.made(filed, **{**WHO, "mode": "named"})
    assert "柳小㛃" not in town.see("intake", case(case_id))
    town.press("intake", case(case_id, "identity"), status=422)
    shown = town.press("intake", case(case_id, "identity"), status=200, reason="contact").text
    assert "柳小㛃" in shown
    assert "13800138000" in shown
    assert "查看来信人信息" in town.see("chief", case(case_id))


@pytest.mark.parametrize("role", ["dispatcher", "archivist"])
def test_who_need_not_know_cannot_open_the_identity(town: Office, role: str):
    case_id = town.made(filed, **WHO)
    assert "柳小㛃" not in town.see(role, case(case_id, "identity"), status=403)


def test_accepting_names_category_and_class_and_says_by_when(town: Office):
    case_id = town.made(filed)
    assert "9月14日（周一）前办结" in town.see("intake", case(case_id, "accept"))
    town.press("intake", case(case_id, "accept"), category="content", severity="general")
    assert "决定受理" in town.see("intake", case(case_id))


def test_a_step_of_another_role_is_a_clear_page_not_a_button(town: Office):
    case_id = town.made(w.accepted)
    assert "transfer" not in steps(town.see("intake", case(case_id)))
    assert "这一步由别的岗位办理" in town.see("intake", case(case_id, "transfer"), status=403)


def test_a_step_that_has_passed_says_so(town: Office):
    assert "情况有了变化" in town.see("intake", case(town.made(w.accepted), "accept"), status=409)


def test_a_refusal_is_read_as_the_citizen_will_before_it_is_sent(town: Office):
    case_id = town.made(filed)
    words = {"ground": "scope", "reason": "不属于政务公开", "basis": "制度第二条", "place": "1"}
    shown = town.press("intake", case(case_id, "refuse"), status=200, act="preview", **words).text
    assert "来信人会读到" in shown
    assert "县信访局" in shown
    assert "待受理" in town.see("intake", case(case_id))
    town.press("intake", case(case_id, "refuse"), act="send", **words)
    assert "不予受理" in town.see("intake", case(case_id))


def test_a_refusal_without_basis_is_sent_back_with_the_words_kept(town: Office):
    page = town.press(
        "intake", case(town.made(filed), "refuse"), status=422, act="preview", ground="scope", reason="理由"
    ).text
    assert "请写明依据" in page
    assert "理由</textarea>" in page


def test_a_stale_form_says_what_happened_and_loses_nothing(town: Office):
    case_id = town.made(w.accepted)
    old = {"version": "1", "category": "fees", "severity": "general"}
    page = town.press("intake", case(case_id, "classify"), status=409, **old).text
    assert "最新情况" in page
    assert "决定受理" in page


def test_an_open_question_can_be_answered_or_lapsed_but_not_doubled(town: Office):
    case_id = town.made(filed)
    town.press("intake", case(case_id, "ask_question"), text="请问是哪一天？", due_day="2026-09-14")
    offered = steps(town.see("intake", case(case_id)))
    assert {"answer_question", "lapse_question"} <= set(offered)
    assert "ask_question" not in offered
    town.press("intake", case(case_id, "answer_question"), text="九月三日上午。")
    assert "九月三日上午" in town.see("intake", case(case_id))


def test_a_file_that_staff_add_can_be_opened_by_the_office_alone(town: Office):
    case_id, _slip = town.made(w.signed)
    picture = (io.BytesIO(samples.jpeg()), "公开栏.jpg")
    town.press("intake", case(case_id, "attach"), files=picture)
    page = town.see("intake", case(case_id))
    assert "公开栏.jpg" in page
    assert town.desk("intake").get(link(page, "/file/"), buffered=True).status_code == 200
    assert town.desk("handler").get(link(page, "/file/"), buffered=True).status_code == 404


def test_cases_that_tell_the_same_are_found(town: Office):
    first, second = town.made(filed), town.made(filed)
    assert case(first) in town.see("intake", case(second, "similar"))


def test_each_due_day_is_explained_day_by_day(town: Office):
    page = town.see("intake", case(town.made(w.accepted)))
    assert "周末，不计算" in page
    assert "这一天是怎么算出来的" in page
