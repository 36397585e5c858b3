"""Who decides what before a step under the rule books that have chains of approval (J11)."""

from __future__ import annotations

import pytest

from shared.services import absences, answers, approvals, assessments, decisions, slips, sweeps
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_approvals import denied, says
from tests.support.rows import approval, clock, kinds, refusal, told

HEADS = [("R1", "head"), ("R6", "manager"), ("R7", "director")]


@pytest.mark.parametrize(("code", "role"), HEADS)
@pytest.mark.parametrize("fact", ["major", "unsolvable", "coordination"])
def test_r1_08_r6_08_r7_04_what_is_grave_or_beyond_the_desk_goes_to_the_head_who_decides(app, db, code, role, fact):
    place = rw.of(code)
    case_id = place.accepted(app)
    assessments.assess(case_id, place.as_("intake"), w.MONDAY, found={fact: True})
    assert w.case_of(case_id).severity == "major"
    assert told(case_id, "approval_asked") == [role]
    assert refusal(answers.answer_at_once, case_id, place.as_("intake"), w.MONDAY, rw.TOLD) == "needs_approval"
    says(place, role, case_id)
    answers.answer_at_once(case_id, place.as_("intake"), w.MONDAY, rw.TOLD)
    assert w.case_of(case_id).state == "answered"


@pytest.mark.parametrize(("code", "role"), HEADS)
def test_r1_08_r6_08_r7_04_the_head_is_asked_too_where_the_clerk_only_calls_it_grave(app, db, code, role):
    place = rw.of(code)
    case_id = place.accepted(app, severity="major")
    assert told(case_id, "approval_asked") == [role]
    says(place, role, case_id, "no")
    assert refusal(answers.answer_at_once, case_id, place.as_("intake"), w.MONDAY, rw.TOLD) == "needs_approval"
    again = dict(subject="decision", text="按您的意见重新拟了办法，请决定。")
    approvals.lay(case_id, place.as_("intake"), w.MONDAY, **again)
    says(place, role, case_id)
    answers.answer_at_once(case_id, place.as_("intake"), w.MONDAY, rw.TOLD)


def test_an_ordinary_complaint_is_answered_without_asking_anybody(app, db):
    place = rw.of("R1")
    case_id = place.answered(app)
    assert "approval_laid" not in kinds(case_id)


def test_r3_08_where_nobody_knows_who_is_responsible_the_vice_president_or_the_president_decides(app, db):
    company = rw.of("R3")
    for role in ("vice", "general"):
        case_id = company.accepted(app)
        assessments.assess(case_id, company.actor("market"), w.MONDAY, found={"unclear_duty": True})
        assert w.case_of(case_id).severity == "unclear"
        assert set(told(case_id, "approval_asked")) == {"vice", "general"}
        assert denied(company, "superior", case_id) == "not_yours"
        says(company, role, case_id)
        assert approval(case_id).state == "through"


def test_r9_10_the_deputy_is_not_told_in_the_directors_place(app, db):
    bureau = rw.of("R9")
    case_id = bureau.accepted(app)
    assessments.assess(case_id, bureau.actor("reception"), w.MONDAY, found={"public_effect": True})
    assert denied(bureau, "deputy", case_id) == "not_yours"
    says(bureau, "director", case_id)


def test_r12_10_a_suggestion_is_for_the_superior_to_approve(app, db):
    estate = rw.of("R12")
    case_id = estate.accepted(app)
    approvals.lay(case_id, estate.actor("desk"), w.MONDAY, subject="suggestion", text="建议增加夜间巡逻。")
    assert denied(estate, "board", case_id, "suggestion") == "not_yours"
    says(estate, "superior", case_id, subject="suggestion")
    assert approval(case_id, "suggestion").state == "through"


def test_r13_05_a_quarrel_about_a_contract_is_answered_after_the_leader_has_ruled(app, db):
    company = rw.of("R13")
    case_id = company.accepted(app, severity="contract")
    desk = company.actor("service")
    assert refusal(answers.answer_at_once, case_id, desk, w.MONDAY, rw.TOLD) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="decision", text="附处理意见：按合同第八条退款。")
    assert denied(company, "manager", case_id) == "not_yours"
    says(company, "leader", case_id)
    answers.answer_at_once(case_id, desk, w.MONDAY, rw.TOLD)


def test_r13_04_the_superior_rules_whether_a_complaint_is_accepted(app, db):
    company = rw.of("R13")
    case_id, desk = company.file_case(app).case_id, company.actor("service")
    accept = dict(category="defect", severity="quality")
    assert refusal(decisions.accept, case_id, desk, w.MONDAY, **accept) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="acceptance", text="门店确认理由成立。")
    says(company, "superior", case_id, "no", "acceptance")
    assert refusal(decisions.accept, case_id, desk, w.MONDAY, **accept) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="acceptance", text="补充了照片，请再看。")
    says(company, "superior", case_id, subject="acceptance")
    decisions.accept(case_id, desk, w.MONDAY, **accept)


def test_r13_09_the_report_is_passed_by_three_in_their_order_and_nobody_is_skipped(app, db):
    company = rw.of("R13")
    case_id, _ = company.replied(app)
    desk = company.actor("service")
    assert refusal(answers.feed_back, case_id, desk, w.MONDAY, rw.TOLD) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="report", text="调查报告：针距超差，责任在二车间。")
    for early in ("personnel", "manager"):
        assert denied(company, early, case_id, "report") == "not_yours"
    for role in ("supervisor", "personnel", "manager"):
        says(company, role, case_id, subject="report")
    answers.feed_back(case_id, desk, w.MONDAY, rw.TOLD)


def test_another_departments_head_does_not_even_learn_of_the_report(app, db):
    company = rw.of("R13")
    case_id, _ = company.replied(app)
    approvals.lay(case_id, company.actor("service"), w.MONDAY, subject="report", text="调查报告。")
    assert denied(company, "supervisor1", case_id, "report") == "no_such_case"


def test_r20_03_what_the_seller_cannot_solve_goes_up_step_by_step_to_the_president(app, db):
    sales = rw.of("R20")
    case_id, seller = sales.accepted(app), sales.actor("seller")
    assessments.assess(case_id, seller, w.MONDAY, found={"unsolvable": True})
    for n, role in enumerate(way := ["supervisor", "manager", "vice", "general"]):
        for other in way[:n] + way[n + 1 :]:
            assert denied(sales, other, case_id) == "not_yours", other
        assert refusal(answers.answer_at_once, case_id, seller, w.MONDAY, rw.TOLD) == "needs_approval"
        says(sales, role, case_id, "yes" if role == "general" else "up")
    assert told(case_id, "approval_asked") == way
    answers.answer_at_once(case_id, seller, w.MONDAY, rw.TOLD)


def test_r20_03_whoever_can_decide_it_decides_it(app, db):
    sales = rw.of("R20")
    case_id = sales.accepted(app)
    assessments.assess(case_id, sales.actor("seller"), w.MONDAY, found={"unsolvable": True})
    says(sales, "supervisor", case_id, "up")
    says(sales, "manager", case_id)
    assert approval(case_id).state == "through"
    assert denied(sales, "vice", case_id) == "not_now"


def test_r22_04_nothing_goes_to_a_department_before_the_leader_has_signed(app, db):
    firm = rw.of("R22")
    case_id, desk = firm.accepted(app), firm.actor("receiver")
    call = dict(unit_id=firm.unit(), points="请查明", text=rw.STORY)
    assert refusal(slips.transfer, case_id, desk, w.MONDAY, **call) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="transfer", text="拟交工程部办理。")
    assert refusal(slips.transfer, case_id, desk, w.MONDAY, **call) == "needs_approval"
    assert denied(firm, "inspector", case_id, "transfer") == "not_yours"
    says(firm, "leader", case_id, subject="transfer")
    slips.transfer(case_id, desk, w.MONDAY, **call)


def test_r23_01_one_of_the_three_tiers_decides_what_is_grave(app, db):
    group = rw.of("R23")
    case_id = group.accepted(app, severity="major")
    desk = group.actor("project_desk")
    assert refusal(answers.answer_at_once, case_id, desk, w.MONDAY, rw.TOLD) == "needs_approval"
    approvals.lay(case_id, desk, w.MONDAY, subject="decision", text="拟赔付一万二千元。")
    says(group, "area_head", case_id)
    answers.answer_at_once(case_id, desk, w.MONDAY, rw.TOLD)


def test_r25_06_management_coordinates_and_asks_the_president_where_needed(app, db):
    telecom = rw.of("R25")
    case_id = telecom.accepted(app)
    assessments.assess(case_id, telecom.actor("service"), w.MONDAY, found={"major": True})
    assert told(case_id, "grave_case") == ["management"]
    assert denied(telecom, "general", case_id) == "not_yours"
    says(telecom, "management", case_id, "up")
    says(telecom, "general", case_id)
    assert approval(case_id).state == "through"


def test_r26_05_the_vice_president_decides_what_is_grave_or_late(app, db):
    estate = rw.of("R26")
    case_id = estate.accepted(app)
    assessments.assess(case_id, estate.actor("keeper"), w.MONDAY, found={"major": True})
    assert denied(estate, "general", case_id) == "not_yours"
    says(estate, "vice", case_id)
    late = estate.accepted(app)
    sweeps.watch_clocks(clock(late, "long").due_at)
    assert (approval(late).cause, told(late, "approval_asked")) == ("major", ["vice"])


@pytest.mark.parametrize("last_word", ["general", "vice"])
def test_r26_07_every_result_is_verified_and_then_approved_before_it_is_closed(app, db, last_word):
    estate = rw.of("R26")
    case_id, keeper = estate.answered(app), estate.actor("keeper")
    later = w.MONDAY + w.days(60)
    assert refusal(answers.close, case_id, keeper, later) == "needs_approval"
    approvals.lay(case_id, keeper, later, subject="close", text="已经处理，住户满意。")
    assert denied(estate, last_word, case_id, "close") == "not_yours"
    says(estate, "deputy_rep", case_id, subject="close")
    says(estate, last_word, case_id, subject="close")
    answers.close(case_id, keeper, later)


def test_nobody_decides_what_they_laid_themselves_nor_two_levels_of_it(app, db):
    estate = rw.of("R26")
    case_id = estate.answered(app)
    director = estate.actor("director")
    approvals.lay(case_id, director, w.MONDAY, subject="close", text="已经处理。")
    assert denied(estate, "director", case_id, "close") == "not_yours"
    assert denied(estate, "keeper", case_id, "close") == "not_yours"
    assert denied(estate, "deputy_rep", case_id, "close", verdict="up") == "verdict"


def test_a_no_without_a_reason_is_no_answer(app, db):
    place = rw.of("R6")
    case_id = place.accepted(app, severity="major")
    call = dict(verdict="no", comment=" ")
    assert refusal(approvals.decide, approval(case_id).id, place.actor("manager"), w.MONDAY, **call) == "comment"


def test_another_round_asks_anew(app, db):
    place = rw.of("R6")
    case_id, desk = place.accepted(app, severity="major"), place.as_("intake")
    says(place, "manager", case_id)
    answers.answer_at_once(case_id, desk, w.MONDAY, rw.TOLD)
    answers.rehandle(case_id, desk, w.MONDAY, reason="还没有修好。")
    assert refusal(answers.answer_at_once, case_id, desk, w.MONDAY, rw.TOLD) == "needs_approval"


def test_r9_02_whoever_stands_in_for_the_director_decides_in_the_directors_place(app, db):
    bureau = rw.of("R9")
    case_id = bureau.accepted(app)
    assessments.assess(case_id, bureau.actor("reception"), w.MONDAY, found={"public_effect": True})
    director, deputy = bureau.actor("director"), bureau.actor("deputy")
    days = dict(from_day=w.MONDAY.date(), to_day=w.MONDAY.date(), deputy_id=deputy.person_id)
    absences.set_absence(director, w.MONDAY, **days)
    says(bureau, "deputy", case_id)
    assert approval(case_id).state == "through"
