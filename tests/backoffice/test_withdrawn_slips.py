"""Taking a slip back: offered while nobody has signed, seen by the unit, on paper and by the citizen."""

from __future__ import annotations

import pytest

from shared.services import slips
from tests.support import world as w
from tests.support.office import Office, steps


def withdraw(slip_id: int) -> str:
    return f"/office/slip/{slip_id}/withdraw_slip"


def taken_back(app, world) -> tuple[int, int]:
    case_id, slip_id = w.transferred(app, world)
    slips.withdraw(slip_id, world.actor("dispatcher"), w.MONDAY)
    return case_id, slip_id


def test_the_case_page_offers_it_until_the_unit_signs(town: Office):
    case_id, slip_id = town.made(w.transferred)
    assert withdraw(slip_id) in town.see("dispatcher", f"/office/case/{case_id}")
    assert withdraw(slip_id) not in town.see("intake", f"/office/case/{case_id}")
    town.press("signer", f"/office/slip/{slip_id}/sign")
    assert withdraw(slip_id) not in town.see("dispatcher", f"/office/case/{case_id}")


def test_it_leads_back_to_the_case_which_can_be_transferred_again(town: Office):
    case_id, slip_id = town.made(w.transferred)
    assert town.press("dispatcher", withdraw(slip_id)).location == f"/office/case/{case_id}"
    page = town.see("dispatcher", f"/office/case/{case_id}")
    assert "已办理：撤回转办单" in page
    assert "待分办" in page
    assert "transfer" in steps(page)


def test_the_unit_reads_that_it_was_withdrawn_and_no_longer_what(town: Office):
    _case, slip_id = town.made(taken_back)
    for address in (f"/office/slip/{slip_id}", f"/office/slip/{slip_id}/print"):
        page = town.see("signer", address)
        assert "已撤回" in page
        assert w.STORY not in page
        assert "何时更新公开栏" not in page
        assert "个工作日" not in page.replace("签收后 1 个工作日内", "")
    assert steps(town.see("signer", f"/office/slip/{slip_id}")) == []


def test_the_office_still_reads_it(town: Office):
    _case, slip_id = town.made(taken_back)
    for address in (f"/office/slip/{slip_id}", f"/office/slip/{slip_id}/print"):
        assert w.STORY in town.see("dispatcher", address)


def test_it_leaves_the_unit_s_desk(town: Office):
    _case, slip_id = town.made(taken_back)
    assert f"/office/slip/{slip_id}" not in town.see("signer", "/office/")


def test_who_signs_at_the_same_moment_is_told_so(town: Office):
    _case, slip_id = town.made(w.transferred)
    town.press("signer", f"/office/slip/{slip_id}/sign")
    assert "情况有了变化" in town.see("dispatcher", withdraw(slip_id), status=409)


@pytest.mark.parametrize("role", ["signer", "intake"])
def test_the_page_is_the_dispatcher_s(town: Office, role: str):
    _case, slip_id = town.made(w.transferred)
    town.see(role, withdraw(slip_id), status=403)


def test_a_return_that_waits_for_a_decision_is_the_dispatcher_s_first_button(town: Office):
    case_id, slip_id = town.made(w.signed)
    town.press("signer", f"/office/slip/{slip_id}/ask_return", reason="不属于本单位职责。")
    page = town.see("dispatcher", f"/office/case/{case_id}")
    assert f'<a class="btn primary" href="/office/slip/{slip_id}/grant_return"' in page
    assert page.count('class="btn primary"') == 1


def test_help_that_waits_for_the_office_comes_first_too(town: Office):
    case_id, slip_id = town.made(w.signed)
    villages = town.world.unit["villages"]
    with town.app.app_context():
        slips.ask_help(slip_id, town.world.actor("handler"), w.MONDAY, unit_id=villages, reason="需要核实村务")
    assert '<a class="btn primary" href="/office/help/' in town.see("chief", f"/office/case/{case_id}")
    assert "/office/help/" not in town.see("intake", f"/office/case/{case_id}")
