"""Days named for one case: told, agreed, planned, changed within the caps (J09)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.models.promise import Promise
from shared.services import answers, assessments, extensions, promises
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

FRIDAY = dt.date(2026, 9, 11)


def day(n: int) -> dt.date:
    return dt.date(2026, 9, n)


def test_r3_06_the_day_that_the_customer_named_is_the_limit(app, db):
    company = rw.of("R3")
    case_id = company.accepted(app)
    promises.promise(case_id, company.actor("first"), w.MONDAY, day=FRIDAY, agreed=True)
    assert clock(case_id, "asked").due_day == FRIDAY
    answers.answer_at_once(case_id, company.actor("market"), w.MONDAY, rw.TOLD)
    assert clock(case_id, "asked").stopped_at == w.MONDAY


def test_r3_07_a_later_day_takes_the_place_of_the_five_only_where_the_customer_agrees(app, db):
    company = rw.of("R3")
    case_id, _ = company.signed(app)
    later = dict(new_day=day(21), reason="等同色号的货到。")
    assert refusal(extensions.extend, case_id, company.actor("market"), w.MONDAY, **later) == "agreed"
    extensions.extend(case_id, company.actor("market"), w.MONDAY, agreed=True, **later)
    assert clock(case_id, "solve").due_day == day(21)


def test_r12_03_the_clerk_sets_the_day_by_which_the_department_solves_it(app, db):
    estate = rw.of("R12")
    case_id = estate.accepted(app)
    assert refusal(promises.promise, case_id, estate.actor("desk"), w.MONDAY, day=day(6)) == "day"
    promises.promise(case_id, estate.actor("desk"), w.MONDAY, day=FRIDAY)
    assert clock(case_id, "named_day").due_day == FRIDAY


def test_r12_04_what_is_serious_has_measures_somebody_responsible_and_a_day(app, db):
    estate = rw.of("R12")
    case_id, manager = estate.accepted(app), estate.actor("manager")
    assessments.assess(case_id, estate.actor("desk"), w.MONDAY, found={"major": True})
    plan = dict(day=FRIDAY, measures="当天停用电梯，更换钢丝绳。", owner="工程部主管")
    for lacking in ("measures", "owner"):
        assert refusal(promises.promise, case_id, manager, w.MONDAY, **{**plan, lacking: " "}) == lacking
    promises.promise(case_id, manager, w.MONDAY, **plan)
    assert clock(case_id, "planned_day").due_day == FRIDAY
    with work() as session:
        row = session.scalars(select(Promise)).one()
        assert (row.measures, row.owner) == (plan["measures"], plan["owner"])


def test_r20_06_a_day_once_told_changes_twice_with_the_customers_consent_and_no_third_time(app, db):
    sales = rw.of("R20")
    case_id, seller = sales.accepted(app), sales.actor("seller")
    promises.promise(case_id, seller, w.MONDAY, day=FRIDAY)
    assert refusal(promises.promise, case_id, seller, w.MONDAY, day=day(30)) == "promised_before"
    for n in (15, 17):
        call = dict(new_day=day(n), reason="材料没有到。")
        assert refusal(extensions.extend, case_id, seller, w.MONDAY, **call) == "agreed"
        extensions.extend(case_id, seller, w.MONDAY, agreed=True, **call)
    third = dict(new_day=day(22), reason="材料还没有到。", agreed=True)
    assert refusal(extensions.extend, case_id, seller, w.MONDAY, **third) == "too_many_extensions"
    assert clock(case_id, "promised").due_day == day(17)


@pytest.mark.parametrize("code", ["R1", "R9"])
def test_a_day_is_named_only_where_the_rules_know_one(app, db, code):
    place = rw.of(code)
    case_id = place.accepted(app)
    known = bool(promises.named_limits(place.book))
    if known:
        promises.promise(case_id, place.as_("intake"), w.MONDAY, day=FRIDAY)
        assert "promised" in {one for limit in place.book.limits for one in limit.starts}
    else:
        assert refusal(promises.promise, case_id, place.as_("intake"), w.MONDAY, day=FRIDAY) == "not_now"


def test_a_year_hence_is_a_slip_of_the_pen(app, db):
    sales = rw.of("R20")
    case_id = sales.accepted(app)
    far = dt.date(2029, 1, 1)
    assert refusal(promises.promise, case_id, sales.actor("seller"), w.MONDAY, day=far) == "day"
