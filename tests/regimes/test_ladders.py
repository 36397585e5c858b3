"""What a post can't settle goes up, one rung at a time (J11)."""

from __future__ import annotations

from shared.services import assessments, ladders, sweeps
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, last, refusal, told


def test_r13_06_the_shop_then_its_operations_head_then_customer_service(app, db):
    company = rw.of("R13")
    case_id, desk = company.accepted(app), company.actor("service")
    ladders.rise(case_id, desk, w.MONDAY, reason="门店解决不了，送记录卡和意见。")
    assert last(case_id, "reported_up") == {"rung": "ops", "was_rung": ""}
    ladders.rise(case_id, company.actor("ops_head"), w.MONDAY, reason="同门店一起也解决不了。")
    assert told(case_id, "reported_up") == ["ops_head", "service"]
    assert refusal(ladders.rise, case_id, desk, w.MONDAY, reason="还想上报") == "top_of_ladder"


def test_r15_04_what_the_works_cannot_mend_goes_up_the_same_day_under_the_next_limit(app, db):
    estate = rw.of("R15")
    case_id = estate.accepted(app)
    ladders.rise(case_id, estate.actor("desk"), w.MONDAY, reason="现场看过，要打开墙体。")
    assert clock(case_id, "report_up").stopped_at == w.MONDAY
    assert clock(case_id, "second_survey").stopped_at is None
    assert (w.case_of(case_id).severity, clock(case_id, "general").stopped_at) == ("general", None)


def test_r24_06_what_rises_above_the_shop_is_on_record_with_what_the_shop_owes(app, db):
    chain = rw.of("R24")
    case_id, desk = chain.accepted(app), chain.actor("region_desk")
    assessments.assess(case_id, desk, w.MONDAY, found={"coordination": True})
    assert last(case_id, "assessed")["penalties"] == ["shop_fine"]
    ladders.rise(case_id, desk, w.MONDAY, reason="客户不接受分店的办法。")
    ladders.rise(case_id, chain.actor("region_head"), w.MONDAY, reason="区域分部调解不成。")
    assert told(case_id, "reported_up") == ["region_head", "headquarters"]


def test_r24_08_a_shop_that_lets_the_two_days_pass_finds_it_with_the_region(app, db):
    chain = rw.of("R24")
    case_id = chain.accepted(app)
    sweeps.watch_clocks(clock(case_id, "customer").due_at)
    assert last(case_id, "reported_up")["rung"] == "region"
    assert last(case_id, "assessed")["penalties"] == ["handling_fee"]
    sweeps.watch_clocks(clock(case_id, "customer").due_at + w.days(7))
    assert kinds(case_id).count("reported_up") == 1
