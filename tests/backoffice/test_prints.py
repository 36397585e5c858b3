"""Paper: one register number on every form, nothing of the complainant on the slip."""

from __future__ import annotations

from shared.services import answers
from tests.support import world as w
from tests.support.office import Office

WHO = {"mode": "confidential", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}


def test_register_form_and_slip_carry_the_same_register_number(town: Office):
    case_id, slip_id = town.made(w.signed, **WHO)
    form = town.see("intake", f"/office/case/{case_id}/print/register")
    slip = town.see("signer", f"/office/slip/{slip_id}/print")
    assert "南溪镇党务政务公开投诉登记表" in form
    assert "南溪镇党务政务公开投诉转办单" in slip
    assert "南溪投〔2026〕0001号" in form
    assert "南溪投〔2026〕0001号" in slip
    assert "南溪转〔2026〕0001号" in slip


def test_the_register_form_of_an_answered_case_carries_the_answer(town: Office):
    case_id, _slip = town.made(w.replied)
    told = answers.Told("online", "公开栏已经更新，名单都在上面了。")
    town.made(lambda _app, world: answers.feed_back(case_id, world.actor("intake"), w.MONDAY, told))
    assert told.text in town.see("intake", f"/office/case/{case_id}/print/register")


def test_the_slip_on_paper_carries_nothing_of_the_complainant(town: Office):
    _case, slip_id = town.made(w.signed, wish="希望匿名处理", **WHO)
    page = town.see("signer", f"/office/slip/{slip_id}/print")
    for word in ("柳小㛃", "13800138000", "希望匿名处理", "保密"):
        assert word not in page


def test_the_register_form_names_the_complainant_only_when_asked_and_on_record(town: Office):
    case_id, _slip = town.made(w.signed, **{**WHO, "mode": "named"})
    address = f"/office/case/{case_id}/print/register"
    assert "柳小㛃" not in town.see("intake", address)
    assert "柳小㛃" in town.press("intake", address, status=200).text
    assert "查看来信人信息" in town.see("intake", f"/office/case/{case_id}")


def test_every_due_day_can_be_printed_with_its_explanation_and_its_clause(town: Office):
    case_id, _slip = town.made(w.signed)
    page = town.see("intake", f"/office/case/{case_id}/print/limits")
    assert "应在5个工作日内办结" in page
    assert "周末，不计算" in page


def test_the_archive_list_follows_the_regime(county: Office):
    case_id = county.made(w.accepted)
    page = county.see("archivist", f"/office/case/{case_id}/print/archive")
    assert "调查材料" in page
    assert "临法投〔2026〕0001号" in page
