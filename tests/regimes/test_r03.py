"""R3 投诉举报处理制度（首问责任制）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from shared.demo import small
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Clock, Happened, run
from shared.domain.penalties import by_bands
from shared.domain.regimes.base import money
from shared.domain.visibility import may_see_case
from shared.services import answers, decisions, extensions, findings, intake, penalty_payments, slips, staff_appeals
from shared.services import ledger as books
from shared.services.ledger import Proposal
from shared.services.penalty_payments import Plan
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.ledger import fined, line, parts
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(small.text_of("R3"))
NOT_THEIRS = {"not_yours", "no_such_case"}
FRIDAY = w.MONDAY + w.days(4)


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R3")


def clocks(limit: str, *events: Happened) -> list[Clock]:
    """What runs after these events, on a calendar of plain weeks."""
    rules = [one for one in BOOK.clock_limits if one.id == limit]
    zone, now = ZoneInfo("Asia/Shanghai"), events[-1].at
    return run(rules, events, Calendar({}, frozenset()), zone=zone, default_severity="clear", now=now)


def by_first(app, company) -> int:
    """A complaint that a colleague of any department took in: the 首问责任人."""
    keys, who = app.extensions["huiyin"].keys, company.actor("first")
    told = intake.Complaint(mode="anonymous", story=rw.STORY, respondent="仓储部", channel="phone")
    return intake.file(keys, company.cast.institution_id, told, w.MONDAY, actor=who).case_id


@pytest.mark.parametrize("channel", ["letter", "fax", "phone", "email", "referral"])
def test_r3_01_what_comes_directly_or_through_a_consumers_body_is_taken_in(app, company, channel):
    case_id = company.file_case(app, channel=channel).case_id
    assert (w.case_of(case_id).channel, w.case_of(case_id).state) == (channel, "received")


def test_r3_01_the_rules_name_the_consumers_association(company, client):
    assert "消协等机构转来" in client.get("/rules").text


def test_r3_02_the_market_department_registers_and_sends_and_departments_solve(app, company):
    case_id = company.accepted(app, channel="internal")
    call = dict(unit_id=company.unit(2), points="为什么没有同色号", text=rw.STORY)
    for role in ("first", "dept_head", "dept"):
        assert refusal(slips.transfer, case_id, company.actor(role), w.MONDAY, **call) in NOT_THEIRS
    slip_id = slips.transfer(case_id, company.actor("market"), w.MONDAY, **call)
    slips.sign(slip_id, company.actor("dept_head2"), w.MONDAY)
    assert refusal(answers.feed_back, case_id, company.actor("dept2"), w.MONDAY, rw.TOLD) in NOT_THEIRS


def test_r3_04_whoever_receives_it_follows_it_to_the_end(app, company):
    case_id = by_first(app, company)
    first = company.actor("first")
    assert may_see_case(first, company.cast.institution_id)
    company.accept(case_id)
    call = dict(unit_id=company.unit(), points="为什么", text=rw.STORY)
    slips.transfer(case_id, company.actor("market"), w.MONDAY, **call)
    decisions.add_note(case_id, first, w.MONDAY, text="客户希望周五前有结果，已经告诉部门。")
    assert kinds(case_id)[-1] == "noted"


def test_r3_05_the_first_receiver_solves_at_once_what_can_be_solved(app, company):
    case_id, first = by_first(app, company), company.actor("first")
    decisions.accept(case_id, first, w.MONDAY, category="service", severity="clear")
    answers.answer_at_once(case_id, first, w.MONDAY, rw.TOLD)
    assert (w.case_of(case_id).state, clock(case_id, "solve").stopped_at) == ("answered", w.MONDAY)
    assert "transferred" not in kinds(case_id)


def test_r3_06_it_is_solved_by_the_day_that_the_customer_named():
    named = Happened(2, "promised", w.MONDAY, until=dt.date(2026, 9, 12))
    [running] = clocks("asked", Happened(1, "received", w.MONDAY), named)
    assert running.due_day == dt.date(2026, 9, 12)  # a Saturday, as the customer said
    assert running.overdue(w.MONDAY + w.days(6))
    [met] = clocks("asked", named, Happened(3, "answered", w.MONDAY + w.days(1)))
    assert met.stopped_at is not None
    assert clocks("asked", Happened(1, "received", w.MONDAY)) == []  # nobody named a day


def test_r3_06_it_goes_on_until_the_customer_is_content(app, company):
    case_id, market = company.accepted(app), company.actor("market")
    for n in range(4):
        answers.answer_at_once(case_id, market, w.MONDAY + w.days(n), rw.TOLD)
        answers.rehandle(case_id, market, w.MONDAY + w.days(n), reason="还是开裂。")
    assert (kinds(case_id).count("reopened"), clock(case_id, "solve").stopped_at) == (4, None)


def test_r3_07_five_working_days_from_the_first_receiver_having_it(app, company):
    case_id = company.file_case(app, FRIDAY).case_id
    company.accept(case_id, FRIDAY + w.days(3))  # registered by the market department on the next Monday
    found = clock(case_id, "solve")
    assert (found.started_at, found.due_day) == (FRIDAY, dt.date(2026, 9, 18))


def test_r3_07_a_day_agreed_with_the_customer_takes_the_place_of_the_five(app, company):
    case_id, _ = company.signed(app)
    agreed = dict(new_day=dt.date(2026, 9, 21), reason="客户同意等同色号的货到。", agreed=True)
    assert clock(case_id, "solve").due_day == dt.date(2026, 9, 14)
    for role in ("dept", "dept_head", "vice"):
        assert refusal(extensions.extend, case_id, company.actor(role), w.MONDAY, **agreed) in NOT_THEIRS
    extensions.extend(case_id, company.actor("market"), w.MONDAY, **agreed)
    assert clock(case_id, "solve").due_day == dt.date(2026, 9, 21)
    assert ("extended", "citizen") in owed(case_id)


@pytest.mark.parametrize(
    ("loss", "paid"),
    [
        ("0.00", "0.00"),
        ("8000.00", "1600.00"),
        ("10000.00", "2000.00"),
        ("10000.01", "2000.00"),
        ("25000.00", "3500.00"),
    ],
)
def test_r3_11_a_fifth_of_the_first_ten_thousand_and_a_tenth_of_the_rest(loss, paid):
    [rule] = [p for p in BOOK.penalties if p.kind == "bands"]
    bands = [(money(b.up_to) if b.up_to else None, money(b.share)) for b in rule.bands]
    assert by_bands(money(loss), bands) == Decimal(paid)


def blamed(app, company, code: str, role: str = "dept") -> tuple[int, int]:
    """A case whose fault is found to be a colleague's; the case and the colleague."""
    case_id, who = company.answered(app), company.actor(role).person_id
    why = "向客户承诺了超出权限的赔偿。"
    findings.find(case_id, company.actor("market"), w.MONDAY, code=code, reason=why, person_id=who)
    return case_id, who


def proposed(app, company, rule: str, code: str, **basis) -> int:
    case_id, who = blamed(app, company, code)
    given = Proposal(rule, "超出权限承诺赔偿，造成公司损失。", person_id=who, basis=basis)
    return books.propose(case_id, company.actor("market"), w.MONDAY, given)


def approved(app, company, rule: str, code: str, **basis) -> int:
    penalty_id = proposed(app, company, rule, code, **basis)
    books.approve(penalty_id, company.actor("general"), w.MONDAY)
    return penalty_id


def test_the_yes_of_the_general_manager_is_not_the_vice_s_to_say(app, company):
    penalty_id = proposed(app, company, "personal", "personal")
    for act, more in ((books.approve, {}), (books.decline, {"comment": "证据不够。"})):
        assert refusal(act, penalty_id, company.actor("vice"), w.MONDAY, **more) == "not_yours"


@pytest.mark.parametrize(("loss", "paid"), [("8000", "1600.00"), ("10000", "2000.00"), ("25000", "3500.00")])
def test_r3_11_the_ledger_takes_the_bands_and_what_was_paid_out_comes_back(app, company, loss, paid):
    penalty_id = proposed(app, company, "loss", "negligence", loss=Decimal(loss))
    row = line(penalty_id)
    assert (row.amount, row.state) == (Decimal(paid), "proposed")
    more = proposed(app, company, "loss", "negligence", loss=Decimal(loss), recovered=Decimal("120.50"))
    assert line(more).amount == Decimal(paid) + Decimal("120.50")
    assert {"取消该单提成", "已发放的予以扣回"} <= set(next(p for p in BOOK.penalties if p.code == "loss").also)


def test_r3_10_who_is_late_without_reason_loses_what_the_company_has_set(app, company):
    case_id, who = blamed(app, company, "late")
    market = company.actor("market")
    for item in ("first", "dept"):  # 一位或者多位
        given = Proposal("late", "到期没有解决，没有正当理由。", person_id=who, item=item)
        assert line(books.propose(case_id, market, w.MONDAY, given)).amount > 0
    given = Proposal("late", "到期没有解决。", person_id=who, item="first")
    assert refusal(books.propose, case_id, market, w.MONDAY, given) == "person_id"  # not twice for the same
    assert "点名批评" in next(p for p in BOOK.penalties if p.code == "late").also


def test_r3_10_nobody_is_fined_before_somebody_has_found_whose_fault_it_was(app, company):
    case_id, who = company.answered(app), company.actor("dept").person_id
    given = Proposal("loss", "造成公司损失。", person_id=who, basis={"loss": Decimal(8000)})
    assert refusal(books.propose, case_id, company.actor("market"), w.MONDAY, given) == "rule"


def test_r3_12_a_large_sum_is_paid_in_the_parts_that_were_agreed(app, company):
    penalty_id = approved(app, company, "loss", "negligence", loss=Decimal(25000))
    market, first = company.actor("market"), dt.date(2026, 9, 30)
    assert refusal(penalty_payments.arrange, penalty_id, market, w.MONDAY, Plan(first, parts=37)) == "parts"
    penalty_payments.arrange(penalty_id, market, w.MONDAY, Plan(first, parts=3))
    penalty_payments.notify(penalty_id, market, w.MONDAY)
    months = [dt.date(2026, 9, 30), dt.date(2026, 10, 30), dt.date(2026, 11, 30)]
    assert parts(penalty_id) == list(zip(months, map(Decimal, ("1166.67", "1166.67", "1166.66")), strict=True))
    for state in ("noticed", "noticed", "paid"):
        penalty_payments.pay(penalty_id, market, w.MONDAY)
        assert line(penalty_id).state == state


def test_r3_12_without_an_agreement_it_is_paid_within_the_month(app, company):
    penalty_id = approved(app, company, "personal", "personal")
    penalty_payments.notify(penalty_id, company.actor("market"), w.MONDAY)
    assert parts(penalty_id) == [(dt.date(2026, 9, 30), line(penalty_id).amount)]


def noticed(app, company) -> int:
    return fined(approved(app, company, "loss", "negligence", loss=Decimal(8000)), company.actor("market"))


def test_r3_09_whoever_is_punished_objects_to_the_general_manager(app, company):
    penalty_id, dept = noticed(app, company), company.actor("dept")
    assert (
        refusal(staff_appeals.appeal, penalty_id, company.actor("dept_head"), w.MONDAY, text="不对。") == "no_such_case"
    )
    assert refusal(staff_appeals.appeal, penalty_id, dept, w.MONDAY, text=" ") == "text"
    staff_appeals.appeal(penalty_id, dept, w.MONDAY, text="当时请示过主管，有记录。")
    assert refusal(penalty_payments.pay, penalty_id, company.actor("market"), w.MONDAY) == "not_now"
    say = dict(upheld=False, text="查到了请示记录，撤销。")
    for role in ("market", "superior"):
        assert refusal(staff_appeals.decide, penalty_id, company.actor(role), w.MONDAY, **say) == "not_yours"
    # the general manager approved it; the vice is there to hear it
    assert refusal(staff_appeals.decide, penalty_id, company.actor("general"), w.MONDAY, **say) == "own_draft"
    staff_appeals.decide(penalty_id, company.actor("vice"), w.MONDAY, **say)
    assert line(penalty_id).state == "cancelled"
    assert refusal(staff_appeals.appeal, penalty_id, dept, w.MONDAY, text="再申诉。") == "appealed_before"


def test_r3_09_what_stands_after_the_objection_is_paid(app, company):
    penalty_id = noticed(app, company)
    staff_appeals.appeal(penalty_id, company.actor("dept"), w.MONDAY, text="金额太高。")
    decide = staff_appeals.decide
    assert refusal(decide, penalty_id, company.actor("vice"), w.MONDAY, upheld=True, text="") == "text"
    decide(penalty_id, company.actor("vice"), w.MONDAY, upheld=True, text="按规定计算，维持。")
    penalty_payments.pay(penalty_id, company.actor("market"), w.MONDAY)
    assert line(penalty_id).state == "paid"


def test_what_is_deducted_from_the_wage_is_the_companys_to_say(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    company = rw.of("R3")
    assert {b.row for b in company.book.unset} == {"R3.10", "R3.12"}
    assert refusal(company.file_case, app) == "regime_incomplete"


def test_r3_14_the_rules_say_that_somebody_is_there_on_holidays(company, client):
    tree = html.fromstring(client.get("/rules").text)
    [said] = tree.xpath("//dt[.='节假日值班']/following-sibling::dd[1]")
    assert "节假日值班制度" in said.text_content()
