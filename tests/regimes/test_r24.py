"""R24 房产中介投诉处理办法: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.domain.penalties import per_other
from shared.domain.regimes.base import money
from shared.services import answers, findings, happenings, penalty_payments, queries_work, rankings, sweeps
from shared.services import ledger as books
from shared.services.ledger import Proposal
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.ledger import line, parts
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(small.text_of("R24"))
FINES = {p.code: p for p in BOOK.penalties}


@pytest.fixture
def agency(db) -> rw.RegimeWorld:
    return rw.of("R24")


def due(limit: str, event: str, start: str, severity: str = "shops", category: str = "") -> dt.date:
    """When a limit ends that begins at 10:00 on this day, on a calendar of plain weeks."""
    at = dt.datetime.fromisoformat(f"{start}T10:00+08:00")
    rules = [one for one in BOOK.clock_limits if one.id == limit]
    zone, plain = ZoneInfo("Asia/Shanghai"), Calendar({}, frozenset())
    story = [Happened(1, "accepted", at, category=category), Happened(2, event, at)]
    [found] = run(rules, story, plain, zone=zone, default_severity=severity, now=at)
    return found.due_day


def test_r24_01_r24_02_fines_are_as_the_rule_says():
    amounts = {code: FINES[code].amount for code in ("shop_fine", "agent_fine", "manager_fine")}
    assert amounts == {"shop_fine": "500.00", "agent_fine": "100.00", "manager_fine": "50.00"}
    assert all(FINES[code].on == "plain" and FINES[code].approver == "headquarters" for code in amounts)


@pytest.mark.parametrize(("code", "total"), [("press", "1100.00"), ("television", "2200.00")])
def test_r24_04_twelve_shops_pay_the_eleven_others(code, total):
    assert per_other(money(FINES[code].amount), 12) == Decimal(total)


def test_r24_04_r24_09_r24_10_days_are_of_the_calendar_and_end_on_a_working_day():
    assert due("clarify", "exposed", "2026-09-07", category="media") == dt.date(2026, 9, 14)  # fifth: a Saturday
    assert due("file_up", "settled_failed", "2026-09-07") == dt.date(2026, 9, 10)
    assert due("silence", "notice_served", "2026-09-08") == dt.date(2026, 9, 14)


def test_r24_05_whether_the_first_day_counts_is_the_institutions_to_say():
    assert {b.key for b in regimes.parse(regimes.shipped("R24")).unset} >= {"limits.pay.first_day"}
    assert due("pay", "penalty_noticed", "2026-09-07") == dt.date(2026, 9, 10)


def test_r24_07_the_damaged_sum_is_a_blank_until_it_is_set():
    [gap] = [b for b in regimes.parse(regimes.shipped("R24")).unset if b.row == "R24.07"]
    assert gap.key == "penalties.ranking.ranks.0"
    assert FINES["ranking"].ranks == ["2000.00", "1500.00", "1000.00"]


def test_r24_08_the_shop_settles_with_the_customer_within_two_working_days(app, agency):
    case_id, _ = agency.signed(app, w.MONDAY + w.days(3))  # a Thursday
    assert clock(case_id, "customer").due_day == dt.date(2026, 9, 14)


def test_r24_08_a_customer_who_is_not_content_is_heard_by_the_region(app, agency):
    case_id, _slip = agency.replied(app)
    told = answers.Told("phone", "已经退款，谢谢您。", record="10:00通话", satisfaction="bad")
    answers.feed_back(case_id, agency.actor("region_desk"), rw.MONDAY, told)
    assert kinds(case_id)[-3:] == ["assessed", "filed_upward", "reported_up"]
    assert "reported_up" in {notice for notice, _to in owed(case_id)}
    [raised] = [h for h in queries_work.desk(agency.actor("region_head"), rw.MONDAY).heaps if h.code == "raised"]
    assert [task.id for task in raised.tasks] == [case_id]


def test_r24_09_the_region_answers_between_five_and_seven_working_days():
    rule = BOOK.limit("mediate")
    assert (rule.least, rule.value, rule.unit) == (5, 7, "WD")
    assert due("mediate", "filed_upward", "2026-09-07") == dt.date(2026, 9, 16)


def test_r24_10_silence_has_a_default():
    assert "有利于投诉方" in BOOK.limit("silence").default


def happened(agency, case_id: int, kind: str, day: dt.datetime = w.MONDAY, now: dt.datetime | None = None) -> None:
    call = dict(kind=kind, day=day.date(), text="电话里问过，有记录。")
    happenings.record(case_id, agency.actor("region_desk"), now or day, **call)


def plain(agency, case_id: int, **whom) -> None:
    say = dict(code="plain", reason="带看前没有核实房源，有过错。")
    findings.find(case_id, agency.actor("region_head"), w.MONDAY, **say, **whom)


def fine(agency, case_id: int, rule: str, **more) -> int:
    given = Proposal(rule, "带看前没有核实房源。", **more)
    return books.propose(case_id, agency.actor("region_head"), w.MONDAY, given)


def test_r24_03_the_region_finds_with_a_reason_whether_it_was_malicious_and_never_the_shop(app, agency):
    case_id = agency.answered(app)
    say = dict(code="malicious", reason="查了合同和录音，没有主观过错。")
    for role in ("manager", "consultant"):
        assert refusal(findings.find, case_id, agency.actor(role), w.MONDAY, **say) == "no_such_case"
    for role in ("region_desk", "headquarters"):
        assert refusal(findings.find, case_id, agency.actor(role), w.MONDAY, **say) == "not_yours"
    region = agency.actor("region_head")
    assert refusal(findings.find, case_id, region, w.MONDAY, code="malicious", reason=" ") == "reason"
    findings.find(case_id, region, w.MONDAY, **say)
    shop = dict(unit_id=agency.unit())
    assert refusal(fine, agency, case_id, "shop_fine", **shop) == "rule"  # malicious: nobody is fined
    plain(agency, case_id)
    assert line(fine(agency, case_id, "shop_fine", **shop)).amount == Decimal("500.00")


def test_r24_01_r24_02_r24_11_fines_stand_in_the_ledger_after_a_finding(app, agency):
    case_id = agency.answered(app, category="agent")
    assert refusal(fine, agency, case_id, "agent_fine", person_id=agency.actor("consultant").person_id) == "rule"
    plain(agency, case_id)
    ids = [
        fine(agency, case_id, "shop_fine", unit_id=agency.unit()),
        fine(agency, case_id, "agent_fine", person_id=agency.actor("consultant").person_id),
        fine(agency, case_id, "manager_fine", person_id=agency.actor("manager").person_id),
        fine(agency, case_id, "others", unit_id=agency.unit(), basis={"amount": Decimal(80)}),  # by the shops' own list
    ]
    assert [line(i).amount for i in ids] == [Decimal(x) for x in ("500.00", "100.00", "50.00", "80.00")]
    assert refusal(books.approve, ids[0], agency.actor("region_head"), w.MONDAY) == "not_yours"
    assert refusal(penalty_payments.pay, ids[0], agency.actor("region_desk"), w.MONDAY) == "not_now"


def test_r24_05_a_fine_is_paid_within_three_days_of_the_notice_and_the_limit_ends_with_the_last(app, agency):
    case_id = agency.answered(app)
    plain(agency, case_id)
    region, ids = (
        agency.actor("region_head"),
        [
            fine(agency, case_id, "shop_fine", unit_id=agency.unit()),
            fine(agency, case_id, "agent_fine", person_id=agency.actor("consultant").person_id),
        ],
    )
    for penalty_id in ids:
        books.approve(penalty_id, agency.actor("headquarters"), w.MONDAY)
        penalty_payments.notify(penalty_id, region, w.MONDAY)
    assert parts(ids[0]) == [(dt.date(2026, 9, 10), Decimal("500.00"))]
    assert clock(case_id, "pay").due_day == dt.date(2026, 9, 10)
    penalty_payments.pay(ids[0], region, w.MONDAY)
    assert clock(case_id, "pay").stopped_at is None
    penalty_payments.pay(ids[1], region, w.MONDAY)
    assert clock(case_id, "pay").stopped_at is not None


def test_r24_06_what_rises_to_the_region_costs_the_shop_whosever_fault_it_was(app, agency):
    case_id, _ = agency.signed(app)
    assert refusal(fine, agency, case_id, "shop_fine", unit_id=agency.unit()) == "rule"
    happened(agency, case_id, "settled_failed")
    assert line(fine(agency, case_id, "shop_fine", unit_id=agency.unit())).amount == Decimal("500.00")


def test_r24_08_a_customer_who_is_not_content_costs_the_shop_the_fee(app, agency):
    case_id = agency.answered(app)
    assert refusal(fine, agency, case_id, "handling_fee", unit_id=agency.unit()) == "rule"
    answers.rehandle(case_id, agency.actor("region_desk"), w.MONDAY, reason="还是没有退押金。")
    assert line(fine(agency, case_id, "handling_fee", unit_id=agency.unit())).amount == Decimal("500.00")


def test_r24_09_talks_that_failed_start_three_days_and_what_lies_with_the_region_seven(app, agency):
    case_id, _ = agency.signed(app, severity="shops", category="between")
    happened(agency, case_id, "settled_failed", w.MONDAY, now=w.MONDAY + w.days(1))  # written down a day later
    assert clock(case_id, "file_up").due_day == dt.date(2026, 9, 10)
    happened(agency, case_id, "filed_upward", w.MONDAY + w.days(1))
    assert clock(case_id, "file_up").stopped_at is not None
    assert clock(case_id, "mediate").due_day == dt.date(2026, 9, 17)
    assert refusal(happened, agency, case_id, "mediated", w.MONDAY + w.days(2)) == "happening"  # no finding yet
    plain(agency, case_id)
    happened(agency, case_id, "mediated", w.MONDAY + w.days(2))
    assert clock(case_id, "mediate").stopped_at is not None


def test_r24_09_nothing_is_written_down_before_it_has_happened(app, agency):
    case_id, _ = agency.signed(app)
    desk = agency.actor("region_desk")
    call = dict(kind="settled_failed", text="双方谈过。")
    tomorrow, before = (w.MONDAY + w.days(1)).date(), (w.MONDAY - w.days(1)).date()
    for day in (tomorrow, before):
        assert refusal(happenings.record, case_id, desk, w.MONDAY, day=day, **call) == "day"
    assert refusal(happened, agency, case_id, "clarified") == "happening"
    assert refusal(happened, agency, case_id, "surveyed") == "happening"


def silent(app, agency) -> int:
    case_id, _ = agency.signed(app, severity="shops", category="between")
    happened(agency, case_id, "notice_served")
    return case_id


def test_r24_10_five_days_of_silence_are_decided_for_whoever_complained(app, agency):
    case_id = silent(app, agency)
    sweeps.watch_clocks(clock(case_id, "silence").due_at - dt.timedelta(minutes=1))
    assert "defaulted" not in kinds(case_id)
    late = clock(case_id, "silence").due_at
    for _ in range(2):
        sweeps.watch_clocks(late)
    assert kinds(case_id).count("defaulted") == 1
    assert w.case_of(case_id).state == "replied"
    assert {("defaulted", "office_intake"), ("defaulted", "unit_signers")} <= owed(case_id)
    assert clock(case_id, "silence").stopped_at == late
    with work() as session:
        [found] = findings.of_case(session, case_id)
        assert (found.code, found.unit_id, found.by_id) == ("plain", agency.unit(), None)
    answers.feed_back(case_id, agency.actor("region_desk"), late, rw.TOLD)


def test_r24_10_whoever_answers_in_time_is_not_decided_about(app, agency):
    case_id = silent(app, agency)
    happened(agency, case_id, "respondent_answered", w.MONDAY + w.days(1))
    sweeps.watch_clocks(w.MONDAY + w.days(9))
    assert "defaulted" not in kinds(case_id)


def exposed(app, agency) -> int:
    case_id = agency.file_case(app).case_id
    agency.accept(case_id, category="media")
    happened(agency, case_id, "exposed")
    return case_id


@pytest.mark.parametrize(("rule", "each"), [("press", 100), ("television", 200)])
def test_r24_04_who_says_nothing_in_public_pays_the_other_shops(app, agency, rule, each):
    case_id = exposed(app, agency)
    whom = dict(unit_id=agency.unit(), basis={"shops": Decimal(12)})
    assert refusal(fine, agency, case_id, rule, **whom) == "rule"  # there is still time
    sweeps.watch_clocks(clock(case_id, "clarify").due_at)
    assert "deemed_true" in kinds(case_id)
    row = line(fine(agency, case_id, rule, **whom))
    assert (row.amount, row.formula) == (Decimal(11 * each), f"{each}.00 × (12 − 1) = {11 * each:,}.00")


def test_r24_04_a_word_in_public_in_time_ends_it(app, agency):
    case_id = exposed(app, agency)
    happened(agency, case_id, "clarified", w.MONDAY + w.days(2))
    sweeps.watch_clocks(w.MONDAY + w.days(9))
    assert "deemed_true" not in kinds(case_id)


def test_r24_07_the_three_shops_with_most_complaints_pay_and_malicious_ones_do_not_count(app, agency):
    region, cases = agency.actor("region_head"), [agency.answered(app) for _ in range(2)]
    say = dict(code="malicious", reason="查了录音，没有过错。")
    findings.find(cases[0], region, w.MONDAY, **say)
    found = rankings.of_year(region, 2026)
    assert [(p.unit_id, p.count, p.place, p.amount) for p in found.places if p.count] == [
        (agency.unit(), 1, 1, Decimal("2000.00"))  # what the company has set for the damaged figure
    ]
    assert refusal(rankings.propose, agency.actor("headquarters"), w.MONDAY, 2026) == "not_yours"
    [penalty_id] = rankings.propose(region, w.MONDAY, 2026)
    assert line(penalty_id).amount == Decimal("2000.00")
    assert refusal(rankings.propose, region, w.MONDAY, 2026) == "ranked_before"
    books.decline(penalty_id, agency.actor("headquarters"), w.MONDAY, comment="")
    assert rankings.propose(region, w.MONDAY, 2026) == [penalty_id]
    books.approve(penalty_id, agency.actor("headquarters"), w.MONDAY)
    penalty_payments.notify(penalty_id, region, w.MONDAY)
    assert parts(penalty_id) == [(dt.date(2026, 9, 10), Decimal("2000.00"))]
