"""Several cases at once: on paper, and accepted one by one with what could not be accepted named."""

from __future__ import annotations

import pytest
from lxml import html

from tests.support import world as w
from tests.support.office import Office
from tests.support.rows import kinds

WHO = {"mode": "named", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}


def filed(app, world, **more) -> int:
    return world.file_case(app, **more).case_id


def asked(ids: list[int], where: str = "received") -> str:
    return "&".join([f"queue={where}", *(f"case={one}" for one in ids)])


def chosen(ids: list[int], **more: object) -> dict[str, object]:
    return {f"category-{one}": "content" for one in ids} | {f"severity-{one}": "general" for one in ids} | more


def state(town: Office, case_id: int) -> str:
    with town.app.app_context():
        return w.case_of(case_id).state


def test_each_row_can_be_ticked_and_is_named(town: Office):
    case_id = town.made(filed)
    box = html.fromstring(town.see("intake", "/office/queue/received")).xpath("//input[@name='case']")
    assert [(b.get("value"), b.get("form")) for b in box] == [(str(case_id), "bulk")]


def test_register_forms_print_together_one_sheet_each_and_nobody_s_name(town: Office):
    ids = [town.made(filed, **WHO) for _ in range(3)]
    page = town.see("dispatcher", f"/office/bulk/registers?{asked(ids)}")
    assert page.count('<article class="paper">') == 3
    assert page.count("南溪投〔2026〕000") >= 3
    assert "柳小㛃" not in page
    assert "13800138000" not in page


def test_another_institution_s_case_is_not_printed(app, town: Office):
    own = town.made(filed)
    other = Office(app, w.county)
    other.see("intake", f"/office/bulk/registers?{asked([own])}", status=404)


@pytest.mark.parametrize("address", ["registers", "accept"])
def test_nothing_ticked_says_so_beside_the_list(town: Office, address: str):
    town.made(filed)
    answer = town.desk("intake").get(f"/office/bulk/{address}?queue=received%3Fmode%3Danonymous")
    assert answer.location == "/office/queue/received?mode=anonymous"
    assert "还没有选中投诉" in town.see("intake", answer.location)


@pytest.mark.parametrize("role", ["dispatcher", "chief", "signer"])
def test_who_does_not_take_cases_in_accepts_none(town: Office, role: str):
    case_id = town.made(filed)
    town.see(role, f"/office/bulk/accept?{asked([case_id])}", status=403)


def test_each_case_is_accepted_with_its_own_class(town: Office):
    ids = [town.made(filed) for _ in range(3)]
    fields = chosen(ids[:2], **{"case": ids, f"severity-{ids[1]}": "complex"})
    done = town.press("intake", f"/office/bulk/accept?{asked(ids)}", **fields)
    assert [state(town, one) for one in ids] == ["accepted", "accepted", "received"]
    with town.app.app_context():
        assert [w.case_of(one).severity for one in ids[:2]] == ["general", "complex"]
        assert kinds(ids[0]) == ["received", "accepted"]
    assert "已受理 2 件：南溪投〔2026〕0001号、南溪投〔2026〕0002号。" in town.see("intake", done.location)


def test_one_that_changed_meanwhile_is_named_with_the_reason_and_keeps_no_other_back(town: Office):
    ids = [town.made(filed) for _ in range(2)]
    fields = chosen(ids, **{"case": ids, f"version-{ids[0]}": "99"})
    page = town.see("intake", town.press("intake", f"/office/bulk/accept?{asked(ids)}", **fields).location)
    assert [state(town, one) for one in ids] == ["received", "accepted"]
    assert "1 件没有受理。南溪投〔2026〕0001号：" in page


def test_what_is_decided_already_is_not_offered_again(town: Office):
    ids = [town.made(filed), town.made(w.accepted)]
    page = town.see("intake", f"/office/bulk/accept?{asked(ids)}")
    assert f'name="category-{ids[0]}"' in page
    assert f'name="category-{ids[1]}"' not in page
    assert "不用再受理" in page


def test_no_class_chosen_is_asked_for(town: Office):
    ids = [town.made(filed)]
    page = town.press("intake", f"/office/bulk/accept?{asked(ids)}", status=422).text
    assert "还没有给任何一件选类别" in page
    assert state(town, ids[0]) == "received"


def test_more_than_anybody_ticks_is_refused(town: Office):
    town.see("intake", f"/office/bulk/registers?{asked(list(range(1, 60)))}", status=400)


def test_the_queue_can_be_narrowed_to_what_is_complex(town: Office):
    hard = town.made(w.accepted, severity="complex")
    easy = town.made(w.accepted)
    page = town.see("intake", "/office/queue/open?severity=complex")
    assert f"/office/case/{hard}" in page
    assert f"/office/case/{easy}" not in page
    assert '<option value="complex" selected>' in page
