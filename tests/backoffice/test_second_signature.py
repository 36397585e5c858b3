"""A confidential case's copy leaves the office with two signatures, never with one (promises 1.6)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.errors import Refused
from shared.models.slip import CoHandling, Slip
from shared.services import conflicts, helps, recalls, signatures, slips
from shared.services.conflicts import Named
from tests.support import world as w
from tests.support.office import Office, steps
from tests.support.rows import kinds, owed, refusal

COPY = {"points": "何时更新公开栏", "text": "公开栏三个月没有更新。", "confirmed": "y"}


def confidential(town: Office) -> int:
    return town.made(w.accepted, mode="confidential", identity={"name": "柳小㛃"}, contact={"phone": "13800138000"})


def asked(town: Office) -> int:
    case_id = confidential(town)
    town.press("dispatcher", f"/office/case/{case_id}/ask_transfer", unit_id=town.world.unit["finance"], **COPY)
    return case_id


def sent(town: Office, case_id: int) -> list[tuple[int, str]]:
    with town.app.app_context(), work() as session:
        return [(s.unit_id, s.text) for s in session.scalars(select(Slip).where(Slip.case_id == case_id))]


def test_nobody_sends_it_alone(town: Office):
    case_id = confidential(town)
    assert steps(town.see("dispatcher", f"/office/case/{case_id}"))[0] == "ask_transfer"
    town.see("dispatcher", f"/office/case/{case_id}/transfer", status=303)
    with town.app.app_context():
        unit, actor = town.world.unit["finance"], town.world.actor("dispatcher")
        order = {"unit_id": unit, "points": "何时", "text": "没有更新"}
        assert refusal(slips.transfer, case_id, actor, w.MONDAY, **order) == "needs_signature"
    assert sent(town, case_id) == []


def test_a_leader_reads_the_copy_and_signs_and_only_then_it_goes(town: Office):
    case_id = asked(town)
    assert sent(town, case_id) == []
    assert "等您签字" in town.see("chief", "/office/")
    page = f"/office/case/{case_id}/sign_transfer"
    assert COPY["text"] in town.see("chief", page)
    town.press("chief", page, decision="yes")
    assert sent(town, case_id) == [(town.world.unit["finance"], COPY["text"])]
    with town.app.app_context():
        assert kinds(case_id)[-2:] == ["transfer_asked", "transferred"]
        assert ("transfer_asked", "office_chief") in owed(case_id)
        assert w.case_of(case_id).state == "transferred"


def test_a_no_needs_a_reason_and_sends_nothing(town: Office):
    case_id = asked(town)
    page = f"/office/case/{case_id}/sign_transfer"
    town.press("chief", page, status=422, decision="no")
    town.press("chief", page, decision="no", comment="第二段还能看出是哪一户")
    assert sent(town, case_id) == []
    with town.app.app_context():
        assert kinds(case_id)[-1] == "transfer_declined"
    assert "sign_transfer" not in steps(town.see("chief", f"/office/case/{case_id}"))


def test_whoever_prepared_it_does_not_sign_it(town: Office):
    with town.app.app_context():
        w._person(town.world, "both", "dispatcher", "office")
        both = town.world.actor("both")
        both = type(both)(both.person_id, both.institution_id, both.name, both.held + town.world.actor("chief").held)
    case_id = confidential(town)
    with town.app.app_context():
        order = {"unit_id": town.world.unit["finance"], "points": "何时", "text": "没有更新"}
        number = signatures.ask(case_id, both, w.MONDAY, **order)
        assert refusal(signatures.decide, case_id, number, both, w.MONDAY, signed=True) == "own_draft"
    town.see("dispatcher", f"/office/case/{case_id}/sign_transfer", status=403)


def test_a_leader_signs_what_was_shown_and_nothing_newer(town: Office):
    case_id = asked(town)
    with town.app.app_context():
        first = signatures.pending(w.case_of(case_id)).id
        order = {"unit_id": town.world.unit["finance"], "points": "何时", "text": "柳小㛃说没有更新"}
        signatures.ask(case_id, town.world.actor("dispatcher"), w.MONDAY, **order)
        chief = town.world.actor("chief")
        assert refusal(signatures.decide, case_id, first, chief, w.MONDAY, signed=True) == "stale"
    assert sent(town, case_id) == []


def test_a_unit_named_since_gets_nothing(town: Office):
    case_id = asked(town)
    with town.app.app_context():
        conflicts.name(case_id, town.world.actor("intake"), w.MONDAY, Named([town.world.unit["finance"]], []))
        row, chief = signatures.pending(w.case_of(case_id)), town.world.actor("chief")
        with pytest.raises(Refused, match="unit_barred"):
            signatures.decide(case_id, row.id, chief, w.MONDAY, signed=True)
    assert sent(town, case_id) == []


def test_a_new_copy_after_a_recall_is_a_leader_s(town: Office):
    case_id = asked(town)
    town.press("chief", f"/office/case/{case_id}/sign_transfer", decision="yes")
    with town.app.app_context(), work() as session:
        slip_id = session.scalars(select(Slip.id).where(Slip.case_id == case_id)).one()
    with town.app.app_context():
        clerk, store = town.world.actor("dispatcher"), town.app.extensions["huiyin"].store
        recalls.recall(slip_id, clerk, w.MONDAY, store, reason="漏了一处")
        again = {"text": "没有更新", "points": "何时"}
        assert refusal(recalls.reissue, slip_id, clerk, w.MONDAY, **again) == "needs_signature"
        recalls.reissue(slip_id, town.world.actor("chief"), w.MONDAY, **again)


def wanted(town: Office, mode: str = "confidential") -> tuple[int, int]:
    """A slip in hand, whose unit asks another one to help: the slip and the help."""
    identity = {} if mode == "anonymous" else {"identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}
    _, slip_id = town.made(w.signed, mode=mode, **identity)
    with town.app.app_context():
        now, unit = w.MONDAY, town.world.unit
        slips.assign_section(slip_id, town.world.actor("director"), now, section_id=unit["finance"])
        slips.ask_help(slip_id, town.world.actor("handler"), now, unit_id=unit["villages"], reason="需要核实")
        with work() as session:
            return slip_id, session.scalars(select(CoHandling.id).where(CoHandling.slip_id == slip_id)).one()


def test_a_further_unit_sees_a_confidential_copy_after_two_yeses(town: Office):
    slip_id, help_id = wanted(town)
    page = f"/office/help/{help_id}/decision"
    town.press("dispatcher", page, decision="yes")
    town.see("other_handler", f"/office/slip/{slip_id}", status=404)
    assert "等待第二人签字" in town.see("dispatcher", f"/office/slip/{slip_id}")
    town.press("dispatcher", page, status=422, decision="yes")
    assert "一位同事已经同意" in town.see("chief", page)
    town.press("chief", page, decision="yes")
    town.see("other_handler", f"/office/slip/{slip_id}")
    with town.app.app_context(), work() as session:
        case_id = session.get_one(Slip, slip_id).case_id
    with town.app.app_context():
        assert kinds(case_id)[-2:] == ["co_laid", "co_decided"]
        assert {("co_laid", "office_chief"), ("co_decided", "co_unit")} <= owed(case_id)


def test_one_of_the_two_leads(town: Office):
    _, help_id = wanted(town)
    with town.app.app_context():
        w._person(town.world, "second", "dispatcher", "office")
        first, other, chief = (town.world.actor(role) for role in ("dispatcher", "second", "chief"))
        helps.decide_help(help_id, first, w.MONDAY, agreed=True)
        assert refusal(helps.decide_help, help_id, other, w.MONDAY, agreed=True) == "needs_signature"
        assert refusal(helps.decide_help, help_id, chief, w.MONDAY, agreed=False) == "comment"
        helps.decide_help(help_id, chief, w.MONDAY, agreed=False, comment="还能看出是哪一户")
        assert refusal(helps.decide_help, help_id, other, w.MONDAY, agreed=True) == "not_now"


def test_a_helper_named_since_gets_nothing(town: Office):
    slip_id, help_id = wanted(town)
    with town.app.app_context():
        helps.decide_help(help_id, town.world.actor("chief"), w.MONDAY, agreed=True)
        with work() as session:
            case_id = session.get_one(Slip, slip_id).case_id
        conflicts.name(case_id, town.world.actor("intake"), w.MONDAY, Named([town.world.unit["villages"]], []))
        args = help_id, town.world.actor("dispatcher"), w.MONDAY
        assert refusal(helps.decide_help, *args, agreed=True) == "not_now"


def test_in_other_cases_one_person_decides_about_help(town: Office):
    slip_id, help_id = wanted(town, "anonymous")
    town.press("dispatcher", f"/office/help/{help_id}/decision", decision="yes")
    town.see("other_handler", f"/office/slip/{slip_id}")


def test_other_cases_go_out_as_ever(town: Office):
    case_id = town.made(w.accepted)
    town.see("dispatcher", f"/office/case/{case_id}/transfer")
    with town.app.app_context():
        order = {"unit_id": town.world.unit["finance"], "points": "何时", "text": "没有更新"}
        clerk = town.world.actor("dispatcher")
        assert refusal(signatures.ask, case_id, clerk, w.MONDAY, **order) == "not_now"
