"""R24 房产中介投诉处理办法: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shared.demo import small
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.domain.penalties import per_other
from shared.domain.regimes.base import money
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock

BOOK = regimes.parse(small.text_of("R24"))
FINES = {p.code: p for p in BOOK.penalties}


@pytest.fixture
def agency(db) -> rw.RegimeWorld:
    return rw.of("R24")


def due(limit: str, event: str, start: str, severity: str = "shops", category: str = "") -> dt.date:
    """When a limit ends that begins at 10:00 on this day, on a calendar of plain weeks."""
    at = dt.datetime.fromisoformat(f"{start}T10:00+08:00")
    rules = [one for one in BOOK.clock_limits() if one.id == limit]
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


def test_r24_09_the_region_answers_between_five_and_seven_working_days():
    rule = BOOK.limit("mediate")
    assert (rule.least, rule.value, rule.unit) == (5, 7, "WD")
    assert due("mediate", "filed_upward", "2026-09-07") == dt.date(2026, 9, 16)


def test_r24_10_silence_has_a_default():
    assert "有利于投诉方" in BOOK.limit("silence").default
