"""Corrective and preventive action under the rule books that have the table, by the rows they cite."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.db import work
from shared.models.corrective import CorrectiveAction
from shared.services import corrective, corrective_orders, slips
from shared.services.corrective_orders import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_paper import paper
from tests.support.rows import clock, kinds, owed, refusal

DAY, LATER = dt.date(2026, 9, 10), dt.date(2026, 9, 16)
NEED = "今后每月检查阀门，检查要有记录。"


def said(place: rw.RegimeWorld, kind: str, day: dt.date | None = DAY, **more: str) -> Order:
    return Order(kind, place.unit(), **({"title": "每月检查阀门", "text": NEED} | more), planned_day=day)


def row(action_id: int) -> CorrectiveAction:
    with work() as session:
        found = session.get_one(CorrectiveAction, action_id)
        session.expunge(found)
        return found


def report(place: rw.RegimeWorld, action_id: int, role: str, now: dt.datetime = w.MONDAY) -> None:
    corrective.report(action_id, place.actor(role), now, text="已经检查，记录在册。", done_day=now.date())


@pytest.mark.parametrize(("code", "desk", "team"), [("R1", "desk", "team"), ("R6", "office", "team")])
def test_r1_06_r6_06_remedy_and_correction_each_have_a_planned_day(app, db, code, desk, team):
    place = rw.of(code)
    case_id, slip_id = place.signed(app)
    who = place.actor(desk)
    for kind in ("remedial", "corrective"):
        assert (
            refusal(corrective_orders.order_for_case, case_id, who, w.MONDAY, said(place, kind, None)) == "planned_day"
        )
    remedy = corrective_orders.plan_own(slip_id, place.actor(team), w.MONDAY, said(place, "remedial", DAY))
    mend = corrective_orders.order_for_case(case_id, who, w.MONDAY, said(place, "corrective", LATER))
    assert (row(remedy).planned_day, row(mend).planned_day) == (DAY, LATER)
    assert clock(case_id, "planned").due_day == LATER
    report(place, remedy, team)
    assert clock(case_id, "planned").stopped_at is None  # one of two
    report(place, mend, team, w.MONDAY + w.days(1))
    assert clock(case_id, "planned").stopped_at == w.MONDAY + w.days(1)
    assert row(mend).state == "done"


@pytest.mark.parametrize("code", ["R1", "R6"])
def test_r1_06_r6_06_neither_rule_book_knows_a_preventive_action(app, db, code):
    place = rw.of(code)
    case_id, slip_id = place.signed(app)
    order = said(place, "preventive")
    assert refusal(corrective_orders.order_for_case, case_id, place.as_("dispatcher"), w.MONDAY, order) == "action_kind"
    assert refusal(corrective_orders.plan_own, slip_id, place.actor("team"), w.MONDAY, order) == "action_kind"
    assert refusal(corrective_orders.order_alone, place.as_("dispatcher"), w.MONDAY, order) == "action_kind"


@pytest.mark.parametrize(("code", "desk", "slug"), [("R1", "desk", "appliance"), ("R6", "office", "")])
def test_r1_07_r6_07_the_need_stands_on_the_notice_and_is_found_again(app, code, desk, slug):
    with app.app_context():
        place = rw.of(code)
        case_id, slip_id = place.signed(app)
        corrective_orders.order_for_case(case_id, place.actor(desk), w.MONDAY, said(place, "corrective"))
        slug = slug or place.book.sample.slug
        number = w.case_of(case_id).register_no
    notice = paper(app, f"{slug}-{desk}", f"/office/slip/{slip_id}/print")
    assert NEED in notice
    assert "9月10日" in notice
    assert "每月检查阀门" in paper(app, f"{slug}-{desk}", "/office/corrective?q=检查阀门")
    assert number in paper(app, f"{slug}-{desk}", "/office/queue/all?q=检查阀门")
    assert "每月检查阀门" in paper(app, f"{slug}-team", f"/office/slip/{slip_id}/print")


def test_r3_13_a_suggestion_is_addressed_to_a_department(app):
    with app.app_context():
        place = rw.of("R3")
        case_id, _ = place.replied(app)
        market = place.actor("market")
        action_id = corrective_orders.order_for_case(case_id, market, w.MONDAY, said(place, "suggestion", None))
        assert refusal(report, place, action_id, "dept_head1") == "no_such_case"
        slug = place.book.sample.slug
    sheet = paper(app, f"{slug}-dept", f"/office/corrective/{action_id}/print/order")
    for words in ("改进建议", NEED, "改〔2026〕0001号", "投〔2026〕0001号"):
        assert words in sheet
    assert rw.STORY not in sheet


def test_r7_07_a_recurring_problem_becomes_a_preventive_record_with_those_who_took_part(app, db):
    place = rw.of("R7")
    desk = place.actor("desk")
    order = said(place, "preventive", LATER)
    assert refusal(corrective_orders.order_alone, desk, w.MONDAY, order) == "participants"
    people = "客服中心、工程部、部调度室：阮望舒、祁知远"
    action_id = corrective_orders.order_alone(desk, w.MONDAY, said(place, "preventive", LATER, participants=people))
    report(place, action_id, "dept_head")
    assert (row(action_id).participants, row(action_id).state) == (people, "done")


def test_r7_07_the_record_is_printed_with_cause_people_and_prevention(app):
    with app.app_context():
        place = rw.of("R7")
        order = said(place, "preventive", LATER, participants="客服中心和工程部")
        action_id = corrective_orders.order_alone(place.actor("desk"), w.MONDAY, order)
        report(place, action_id, "dept")
        slug = place.book.sample.slug
    sheet = paper(app, f"{slug}-desk", f"/office/corrective/{action_id}/print/report")
    for words in (
        "预防措施记录",
        "反复发生的原因",
        NEED,
        "参加研究的部门和人",
        "客服中心和工程部",
        "防止再发生的办法",
        "记录在册",
    ):
        assert words in sheet


def test_r10_12_an_order_and_its_report_are_a_pair_with_a_due_day(app):
    with app.app_context():
        place = rw.of("R10")
        case_id, _ = place.signed(app)
        chief = place.actor("desk_head")
        order = said(place, "rectification", None)
        assert refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, order) == "planned_day"
        action_id = corrective_orders.order_for_case(case_id, chief, w.MONDAY, said(place, "rectification"))
        report(place, action_id, "dept_head")
        corrective.verify(action_id, chief, w.MONDAY, effective=True, comment="")
        slug = place.book.sample.slug
    first = paper(app, f"{slug}-dept-head", f"/office/corrective/{action_id}/print/order")
    second = paper(app, f"{slug}-desk-head", f"/office/corrective/{action_id}/print/report")
    assert "整改意见书" in first
    assert "9月10日" in first
    assert "整改报告" in second
    assert all("改〔2026〕0001号" in sheet for sheet in (first, second))


def test_r12_12_prevention_needs_no_complaint_and_the_manager_looks_whether_it_works(app, db):
    place = rw.of("R12")
    action_id = corrective_orders.order_alone(place.actor("desk"), w.MONDAY, said(place, "preventive", None))
    assert row(action_id).case_id is None
    report(place, action_id, "dept_head")
    assert (
        refusal(corrective.verify, action_id, place.actor("desk"), w.MONDAY, effective=True, comment="") == "not_yours"
    )
    corrective.verify(action_id, place.actor("manager"), w.MONDAY, effective=True, comment="")
    assert row(action_id).state == "verified"


def test_r15_10_preventive_measures_are_followed_up_until_they_work(app, db):
    place = rw.of("R15")
    action_id = corrective_orders.order_alone(place.actor("centre_head"), w.MONDAY, said(place, "preventive", LATER))
    report(place, action_id, "works_head")
    service = place.actor("service")
    again = dict(effective=False, comment="三号楼还没有做。", planned_day=LATER)
    corrective.verify(action_id, service, w.MONDAY + w.days(1), **again)
    assert (row(action_id).state, row(action_id).round) == ("planned", 2)
    report(place, action_id, "works_head", w.MONDAY + w.days(2))
    corrective.verify(action_id, service, w.MONDAY + w.days(3), effective=True, comment="已经查看。")
    assert row(action_id).state == "verified"


def test_corrective_and_preventive_measures_are_on_record(app, db):
    place = rw.of("R25")
    case_id, _ = place.signed(app)
    clerk = place.actor("service")
    corrective_orders.order_for_case(case_id, clerk, w.MONDAY, said(place, "corrective"))
    alone = corrective_orders.order_alone(clerk, w.MONDAY, said(place, "preventive"))
    assert row(alone).number.endswith("0002号")


def test_r26_04_the_director_sets_measure_and_day_and_the_resident_is_told_by_then(app, db):
    house = rw.of("R26")
    case_id, _ = house.signed(app)
    keeper, director = house.actor("keeper"), house.actor("director")
    order = said(house, "remedial", LATER)
    assert refusal(corrective_orders.order_for_case, case_id, keeper, w.MONDAY, order) == "not_yours"
    action_id = corrective_orders.order_for_case(case_id, director, w.MONDAY, order)
    assert (clock(case_id, "planned").due_day, w.case_of(case_id).due_limit) == (LATER, "planned")
    report(house, action_id, "dept")
    assert clock(case_id, "planned").stopped_at is None  # 并及时向住户反馈: until the resident has heard
    assert ("improved", "gov_leader") in owed(case_id)
    corrective.verify(action_id, house.actor("deputy_rep"), w.MONDAY, effective=True, comment="")
    assert kinds(case_id)[-1] == "capa_verified"


def test_r26_06_both_papers_carry_each_others_numbers(app):
    with app.app_context():
        house = rw.of("R26")
        case_id, slip_id = house.signed(app)
        order = said(house, "corrective", LATER)
        action_id = corrective_orders.order_for_case(case_id, house.actor("director"), w.MONDAY, order)
        report(house, action_id, "dept")
        register_no, number = w.case_of(case_id).register_no, row(action_id).number
    notice = paper(app, "cuiting-director", f"/office/slip/{slip_id}/print")
    sheet = paper(app, "cuiting-director", f"/office/corrective/{action_id}/print/report")
    assert "纠正和预防措施报告" in sheet
    assert "EJ-QR-QP10.1-01" in sheet
    assert all(text in page for page in (notice, sheet) for text in (register_no, number))


def test_a_unit_that_only_planned_cannot_plan_once_the_slip_is_handed_in(app, db):
    place = rw.of("R1")
    _, slip_id = place.replied(app)
    order = said(place, "remedial")
    assert refusal(corrective_orders.plan_own, slip_id, place.actor("team"), w.MONDAY, order) == "not_now"
    other, slip_id = place.signed(app)
    assert refusal(corrective_orders.plan_own, slip_id, place.actor("team1"), w.MONDAY, order) == "no_such_case"
    slips.ask_return(slip_id, place.actor("team_head"), w.MONDAY, reason="不是我们的。")
    assert other
