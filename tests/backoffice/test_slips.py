"""The slip: what a unit reads and does, and what it never learns."""

from __future__ import annotations

import pytest

from backoffice.slips import ACTS, APART
from shared.domain.lifecycle import SLIP_STEPS
from shared.services import slips
from tests.support import world as w
from tests.support.office import Office, link, steps

WHO = {"mode": "named", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}
TOLD = w.STORY + "我叫柳小㛃，电话13800138000。"
REPLY = {"outcome": "solved", "solution": "当天更新公开栏。", "opinion": "公开栏已更新。"}


def slip(slip_id: int, step: str = "") -> str:
    return f"/office/slip/{slip_id}" + (f"/{step}" if step else "")


def sectioned(app, world, **more) -> int:
    _case, slip_id = w.signed(app, world, **more)
    slips.assign_section(slip_id, world.actor("director"), w.MONDAY, section_id=world.unit["finance"])
    return slip_id


def test_every_step_that_a_slip_s_page_may_offer_has_a_page_of_its_own():
    assert set(SLIP_STEPS) - APART <= {*ACTS, "save_reply"}


def test_the_transfer_form_masks_what_shows_the_complainant_beside_the_original(town: Office):
    case_id = town.made(w.accepted, story=TOLD, **WHO)
    page = town.see("dispatcher", f"/office/case/{case_id}/transfer")
    field = page.split('name="text"')[1].split("</textarea>")[0]
    assert "〔已隐去〕" in field
    assert "柳小㛃" not in field
    assert "13800138000" not in field
    assert "柳小㛃" in page


def test_a_slip_is_issued_with_helpers_and_nobody_is_no_choice(town: Office):
    case_id, unit = town.made(w.accepted), town.world.unit
    address = f"/office/case/{case_id}/transfer"
    town.press("dispatcher", address, status=422, points="何时更新", text="公开栏没有更新")
    helpers = [str(unit["villages"])]
    told = {"points": "何时", "text": "没有更新", "confirmed": "y"}
    town.press("dispatcher", address, unit_id=str(unit["finance"]), co_units=helpers, **told)
    issued = link(town.see("intake", f"/office/case/{case_id}"), "/slip/")
    assert "村镇建设办" in town.see("signer", issued)


@pytest.mark.parametrize("role", ["signer", "director", "handler", "unit_head"])
def test_no_page_of_a_unit_names_the_complainant(town: Office, role: str):
    _case, slip_id = town.made(w.transferred, story=TOLD, **WHO)
    for page in (town.see(role, slip(slip_id)), town.see(role, slip(slip_id, "print"))):
        assert "柳小㛃" not in page
        assert "13800138000" not in page


def test_a_unit_that_is_not_named_finds_no_such_slip(town: Office):
    _case, slip_id = town.made(w.transferred)
    town.see("other_signer", slip(slip_id), status=404)


def test_the_unit_works_its_way_from_signing_to_handing_in(town: Office):
    _case, slip_id = town.made(w.transferred)
    town.press("signer", slip(slip_id, "sign"))
    town.press("director", slip(slip_id, "assign_section"), section_id=str(town.world.unit["finance"]))
    town.press("handler", slip(slip_id, "save_reply"), act="submit", **REPLY)
    town.press("unit_head", slip(slip_id, "approve_reply"), decision="yes")
    town.press("signer", slip(slip_id, "hand_in"))
    assert "已报送" in town.see("intake", slip(slip_id))


def test_r2_12_after_one_working_day_a_return_is_no_longer_offered(town: Office):
    _case, slip_id = town.made(w.signed)
    assert "ask_return" in steps(town.see("signer", slip(slip_id)))
    _case, late = town.made(w.signed, now=w.MONDAY - w.days(5))
    assert "ask_return" not in steps(town.see("signer", slip(late)))


def test_the_office_decides_a_return_with_the_units_reason_before_its_eyes(town: Office):
    _case, slip_id = town.made(w.signed)
    town.press("signer", slip(slip_id, "ask_return"), reason="属于村镇建设办的职责")
    assert "属于村镇建设办的职责" in town.see("dispatcher", slip(slip_id, "grant_return"))
    town.press("dispatcher", slip(slip_id, "grant_return"), status=422, decision="no")
    town.press("dispatcher", slip(slip_id, "grant_return"), decision="yes")


def test_r2_13_a_helper_sees_the_slip_once_the_office_agrees(town: Office):
    slip_id = town.made(sectioned)
    town.press("handler", slip(slip_id, "ask_help"), unit_id=str(town.world.unit["villages"]), reason="需要核实村务")
    town.see("other_handler", slip(slip_id), status=404)
    town.press("dispatcher", link(town.see("dispatcher", slip(slip_id)), "/help/"), decision="yes")
    town.press(
        "other_handler", link(town.see("other_handler", slip(slip_id)), "/help/"), opinion="村务公开栏由村里更新。"
    )
    assert "村务公开栏由村里更新" in town.see("handler", slip(slip_id))


def test_r2_14_a_plan_is_asked_for_when_it_cannot_be_solved_in_time(town: Office):
    slip_id = town.made(sectioned)
    fields = {**REPLY, "outcome": "planned", "act": "submit"}
    page = town.press("handler", slip(slip_id, "save_reply"), status=422, **fields).text
    assert "不能按期解决的，请写明解决的工作计划。" in page


def test_two_drafts_at_once_come_back_side_by_side_and_neither_is_lost(town: Office):
    slip_id = town.made(sectioned)
    address = slip(slip_id, "save_reply")
    town.press("handler", address, act="save", **REPLY)
    mine = {**REPLY, "solution": "我另外写了一份。", "version": "0"}
    page = town.press("handler", address, status=409, act="save", **mine).text
    assert "我另外写了一份。" in page
    assert "当天更新公开栏。" in page


def test_of_two_drafts_the_person_keeps_the_one_they_choose(town: Office):
    slip_id = town.made(sectioned)
    address = slip(slip_id, "save_reply")
    town.press("handler", address, act="save", **REPLY)
    held = {**REPLY, "solution": "我的。", "version": "1", "act": "save"}
    town.press("handler", address, status=200, keep="merge", **held)
    town.press("handler", address, keep="theirs", **held)
    assert "当天更新公开栏。" in town.see("handler", address)
    town.press("handler", address, keep="mine", **held)
    assert "我的。" in town.see("handler", address)


def test_the_leader_sees_what_changed_since_the_version_sent_back(town: Office):
    slip_id = town.made(sectioned)
    town.press("handler", slip(slip_id, "save_reply"), act="submit", **REPLY)
    town.press("unit_head", slip(slip_id, "approve_reply"), decision="no", comment="写明日期")
    town.press("handler", slip(slip_id, "save_reply"), act="submit", opinion="公开栏九月七日已更新。")
    assert "<ins>九月七日</ins>" in town.see("unit_head", slip(slip_id, "approve_reply"))


def test_r2_16_a_direct_answer_needs_consent_and_satisfaction(town: Office):
    case_id, slip_id = town.made(w.approved)
    assert "answer_directly" not in steps(town.see("handler", slip(slip_id)))
    town.press("intake", f"/office/case/{case_id}/record_consent", how="phone")
    told = {"means": "phone", "text": "已更新", "record": "九点通话，对方满意"}
    page = town.press("handler", slip(slip_id, "answer_directly"), status=422, **told).text
    assert "请注明来信人的满意度" in page
    town.press("handler", slip(slip_id, "answer_directly"), satisfaction="good", **told)
    assert "承办单位直接答复" in town.see("intake", f"/office/case/{case_id}")
