"""R13 客户投诉案件处理办法: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from shared import clock as now
from shared.db import work
from shared.demo import small
from shared.demo.consented import consented
from shared.domain import regimes
from shared.domain.penalties import by_points, instalments, rounded
from shared.domain.regimes.base import money
from shared.models.outbox import OutboxRow
from shared.services import answers, decisions, findings, penalty_payments, queries_ledger, replies, slips
from shared.services import ledger as books
from shared.services.ledger import Proposal
from shared.services.penalty_payments import Plan
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.ledger import line, parts
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(small.text_of("R13"))
FINES = {p.code: p for p in BOOK.penalties}
BONUS = Decimal("1200.00")


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R13")


def chain(of: str, when: str = "") -> list[str]:
    rule = BOOK.approval(of, when)
    return [level.role for level in rule.chain] if rule else []


def test_r13_02_seven_kinds_and_no_eighth(app, company):
    for kind in ("defect", "delivery", "quantity", "tolerance", "transport", "packing", "other"):
        company.accept(company.file_case(app).case_id, category=kind)
    case_id = company.file_case(app).case_id
    call = dict(category="attitude", severity="quality")
    assert refusal(decisions.accept, case_id, company.actor("service"), w.MONDAY, **call) == "category"


def test_r13_03_customer_service_sends_the_notice_and_answers_and_no_department_does(app, company):
    case_id = company.accepted(app)
    call = dict(unit_id=company.unit(), points="查明针距", text=rw.STORY)
    for role in ("supervisor", "dept_staff", "superior_unit"):
        assert refusal(slips.transfer, case_id, company.actor(role), w.MONDAY, **call) == "no_such_case"
    slips.transfer(case_id, company.actor("service"), w.MONDAY, **call)
    replied, _ = company.replied(app)
    consented(company.cast, replied, "feed_back", w.MONDAY)
    for role in ("personnel", "superior", "manager"):
        assert refusal(answers.feed_back, replied, company.actor(role), w.MONDAY, rw.TOLD) == "not_yours"
    answers.feed_back(replied, company.actor("service"), w.MONDAY, rw.TOLD)


@pytest.mark.parametrize("ground", ["unfounded", "own_cause"])
def test_r13_04_a_customer_who_is_turned_away_hears_why(app, company, ground):
    case_id, desk = company.file_case(app).case_id, company.actor("service")
    words = dict(ground=ground, reason=" ", basis="本办法第六条", redirect="消费者协会")
    assert refusal(decisions.refuse, case_id, desk, w.MONDAY, **words) == "reason"
    decisions.refuse(case_id, desk, w.MONDAY, **{**words, "reason": "布面褪色是长期暴晒造成的。"})
    assert ("refused", "citizen") in owed(case_id)


def test_r13_05_a_quarrel_about_a_contract_is_for_the_companys_leader():
    assert chain("decision", "contract") == ["leader"]
    assert chain("decision", "quality") == []


def test_what_a_department_has_settled_is_sent_up_with_its_opinion(app, company):
    _, slip_id = company.signed(app)
    shop = company.actor("dept_staff")
    assert refusal(replies.submit, slip_id, shop, w.MONDAY, rw.Proposal("solved", "已经换货。", " ")) == "opinion"
    replies.submit(slip_id, shop, w.MONDAY, rw.SOLVED)
    assert w.slip_of(slip_id).state == "submitted"


def test_r13_07_the_card_has_its_name_its_number_and_what_the_customer_wants(app, company):
    case_id = company.file_case(app, wish="请给我换一张新的。").case_id
    with now.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username="hemu-service", password=w.PASSWORD)
        paper = desk.get(f"/office/case/{case_id}/print/register").get_data(as_text=True)
    for words in ("客户投诉记录卡", "临禾投〔2026〕0001号", "请给我换一张新的。"):
        assert words in paper


def test_r13_09_the_superior_checks_the_opinion_before_the_customer_is_answered(app, company):
    case_id, slip_id = company.signed(app)
    replies.submit(slip_id, company.actor("dept_staff"), w.MONDAY, rw.SOLVED)
    assert refusal(replies.decide, slip_id, company.actor("supervisor"), w.MONDAY, approved=True) == "not_yours"
    assert refusal(answers.feed_back, case_id, company.actor("service"), w.MONDAY, rw.TOLD) == "not_now"
    replies.decide(slip_id, company.actor("superior_unit"), w.MONDAY, approved=True)
    replies.hand_in(slip_id, company.actor("supervisor"), w.MONDAY)
    consented(company.cast, case_id, "feed_back", w.MONDAY)
    answers.feed_back(case_id, company.actor("service"), w.MONDAY, rw.TOLD)
    assert kinds(case_id)[-1] == "answered"


@pytest.mark.parametrize(("means", "more"), [("letter", {}), ("phone", {"record": "客户说知道了。"})])
def test_r13_09_the_answer_is_written_or_spoken(app, company, means, more):
    case_id, _ = company.replied(app)
    consented(company.cast, case_id, "feed_back", w.MONDAY)
    answers.feed_back(case_id, company.actor("service"), w.MONDAY, answers.Told(means, "已经换货。", **more))
    assert w.case_of(case_id).state == "answered"


def test_r13_09_the_report_is_read_by_three_one_after_the_other():
    assert chain("report") == ["supervisor", "personnel", "manager"]
    assert chain("reply") == ["superior"]


def test_r13_12_the_general_manager_has_the_last_word_on_every_penalty():
    assert chain("penalty")[-1] == "manager"
    assert {fine.approver for fine in BOOK.penalties} == {"manager"}


def test_r13_14_a_loss_is_shared_by_base_points():
    assert FINES["loss"].kind == "points"
    assert by_points(Decimal(12000), Decimal(60), Decimal(5)) == Decimal("1000.00")


def test_r13_15_a_month_takes_half_the_bonus_and_the_next_months_the_rest():
    rule = FINES["loss"]
    assert rule.carry_over
    assert instalments(Decimal("1000.00"), BONUS, money(rule.cap_share)) == [Decimal("600.00"), Decimal("400.00")]


@pytest.mark.parametrize(("code", "fine"), [("warning", "120.00"), ("minor", "360.00"), ("major", "600.00")])
def test_r13_17_the_shares_that_contradict_each_other_are_blank_and_what_is_set_counts(code, fine):
    shipped = regimes.parse(regimes.shipped("R13"))
    assert f"penalties.{code}.share" in {gap.key for gap in shipped.unset if gap.row == "R13.17"}
    assert rounded(BONUS * money(FINES[code].share)) == Decimal(fine)
    assert instalments(Decimal(fine), BONUS, money(FINES[code].cap_share)) == [Decimal(fine)]


def found(app, company, code: str, **whom) -> int:
    case_id = company.answered(app)
    reason = "查了生产记录，用错了面料。"
    findings.find(case_id, company.actor("personnel"), w.MONDAY, code=code, reason=reason, **whom)
    return case_id


def worker(company) -> int:
    return company.actor("dept_staff").person_id


def test_r13_13_the_fault_goes_down_to_the_person_or_stays_with_the_group_or_department(app, company):
    case_id, personnel = company.answered(app), company.actor("personnel")
    say = dict(reason="查了生产记录。")
    find = findings.find
    assert refusal(find, case_id, personnel, w.MONDAY, code="person", **say) == "person_id"
    assert refusal(find, case_id, personnel, w.MONDAY, code="group", **say) == "unit_id"
    assert (
        refusal(find, case_id, personnel, w.MONDAY, code="production", unit_id=company.unit(), reason=" ") == "reason"
    )
    for code in ("group", "production", "department"):
        find(case_id, personnel, w.MONDAY, code=code, unit_id=company.unit(), **say)
    find(case_id, personnel, w.MONDAY, code="person", person_id=worker(company), **say)
    assert refusal(find, case_id, company.actor("manager"), w.MONDAY, code="department", **say) == "not_yours"


def fine(app, company, rule: str, code: str = "department", **basis) -> int:
    whom = dict(person_id=worker(company)) if code == "person" else dict(unit_id=company.unit())
    case_id = found(app, company, code, **whom)
    given = Proposal(rule, "用错面料，造成退货。", person_id=worker(company), basis=basis)
    return books.propose(case_id, company.actor("personnel"), w.MONDAY, given)


def loss(app, company, amount: str = "12000") -> int:
    points = dict(loss=Decimal(amount), all_points=Decimal(60), own_points=Decimal(5))
    return fine(app, company, "loss", **points)


def test_r13_12_nothing_is_told_or_taken_before_the_general_manager_has_agreed(app, company):
    penalty_id, personnel = loss(app, company), company.actor("personnel")
    for act in (penalty_payments.notify, penalty_payments.pay):
        assert refusal(act, penalty_id, personnel, w.MONDAY) == "not_now"
    with work() as session:
        waits = select(OutboxRow.facts).where(OutboxRow.notice == "penalty_waits")
        assert list(session.scalars(waits)) == [{"post": "manager"}]
    for role in ("personnel", "superior", "service", "leader"):  # 公司领导 acts in the same role of the product
        assert refusal(books.approve, penalty_id, company.actor(role), w.MONDAY) == "not_yours"
    books.approve(penalty_id, company.actor("manager"), w.MONDAY)
    assert line(penalty_id).state == "approved"


def test_r13_14_the_loss_by_base_points_stands_in_the_ledger(app, company):
    row = line(loss(app, company))
    assert (row.amount, row.formula) == (Decimal("1000.00"), "12,000.00 ÷ 60 × 5 = 1,000.00")


def test_r13_15_half_the_bonus_of_each_month_and_other_fines_count_with_it(app, company):
    personnel, manager = company.actor("personnel"), company.actor("manager")
    plan, ids = Plan(dt.date(2026, 9, 7), bonus=BONUS), [loss(app, company), loss(app, company, "6000")]
    for penalty_id in ids:
        books.approve(penalty_id, manager, w.MONDAY)
        assert refusal(penalty_payments.notify, penalty_id, personnel, w.MONDAY) == "no_plan"
        penalty_payments.arrange(penalty_id, personnel, w.MONDAY, plan)
        penalty_payments.notify(penalty_id, personnel, w.MONDAY)
    sep, octo, nov = dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 11, 30)
    assert parts(ids[0]) == [(sep, Decimal("600.00")), (octo, Decimal("400.00"))]
    assert parts(ids[1]) == [(octo, Decimal("200.00")), (nov, Decimal("300.00"))]


def test_r13_16_fourteen_faults_are_agreed_to_and_then_made_known_inside(app, company):
    case_id = found(app, company, "person", person_id=worker(company))
    personnel, colleague = company.actor("personnel"), company.actor("supervisor")
    bare = Proposal("discipline", "用错面料。", person_id=worker(company))
    assert refusal(books.propose, case_id, personnel, w.MONDAY, bare) == "item"
    items = [one.code for one in FINES["discipline"].items]
    assert len(items) == 14
    ids = [books.propose(case_id, personnel, w.MONDAY, replace(bare, item=item)) for item in items]
    assert queries_ledger.published(colleague, w.MONDAY) == []
    for penalty_id in ids:
        books.approve(penalty_id, company.actor("manager"), w.MONDAY)
        penalty_payments.notify(penalty_id, personnel, w.MONDAY)
    told = queries_ledger.published(colleague, w.MONDAY)
    assert {(one.row.item, one.person) for one in told} == {(i, company.actor("dept_staff").name) for i in items}


@pytest.mark.parametrize(("code", "amount"), [("warning", "120.00"), ("minor", "360.00"), ("major", "600.00")])
def test_r13_17_a_warning_costs_what_the_company_has_set(app, company, code, amount):
    row = line(fine(app, company, code, code="person", base=BONUS))
    assert row.amount == Decimal(amount)


def test_r13_18_customer_service_leads_and_personnel_sends_and_files_without_deciding(app, company):
    case_id, hr = company.file_case(app).case_id, company.actor("personnel")
    call = dict(category="defect", severity="quality")
    assert refusal(decisions.accept, case_id, hr, w.MONDAY, **call) == "not_yours"
    consented(company.cast, case_id, "accept", w.MONDAY)
    decisions.accept(case_id, company.actor("service"), w.MONDAY, **call)
    slips.transfer(case_id, hr, w.MONDAY, unit_id=company.unit(1), points="查现品", text=rw.STORY)
    assert w.case_of(case_id).state == "transferred"


def test_the_days_that_were_set_count_from_acceptance(app, company):
    assert {gap.key for gap in regimes.parse(regimes.shipped("R13")).unset} >= {"limits.handle.value"}
    case_id = company.accepted(app, w.MONDAY)
    assert clock(case_id, "handle").due_day == dt.date(2026, 9, 16)


def test_what_staff_are_fined_is_set_inside_and_not_told_outside(app, company, client):
    page = client.get("/rules").get_data(as_text=True)
    assert "几个工作日内答复客户：7" in page
    assert "0.30" not in page
