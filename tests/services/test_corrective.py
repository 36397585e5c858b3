"""Corrective and preventive action as the services take it: numbers, rights, the story of the case, late ones."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import inspect, select, text

from shared.db import db, reading, work
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.corrective import ActionReport, CorrectiveAction
from shared.models.outbox import OutboxRow
from shared.services import corrective, corrective_notices, corrective_orders, search
from shared.services.corrective_orders import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, refusal

DAY = dt.date(2026, 9, 16)
CANARY = "金丝雀喙"


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R10")


def wanted(place: rw.RegimeWorld, kind: str = "rectification", **more) -> Order:
    said = {"title": "改进探视管理", "text": "请在病区门口张贴探视时间，安排夜间巡查。", "planned_day": DAY}
    return Order(kind, place.unit(), **(said | more))


def ordered(app, place: rw.RegimeWorld, **more) -> tuple[int, int]:
    case_id, _ = place.signed(app)
    return case_id, corrective_orders.order_for_case(case_id, place.actor("desk_head"), w.MONDAY, wanted(place, **more))


def row(action_id: int) -> CorrectiveAction:
    with work() as session:
        found = session.get_one(CorrectiveAction, action_id)
        session.expunge(found)
        return found


def reported(action_id: int, place: rw.RegimeWorld, now: dt.datetime = w.MONDAY) -> None:
    said = dict(text="已经张贴，每晚巡查两次。", done_day=now.date())
    corrective.report(action_id, place.actor("dept_head"), now, **said)


def judged(action_id: int, place: rw.RegimeWorld, *, effective: bool, **more) -> None:
    said = {"comment": "还要补记录。"} | more
    corrective.verify(action_id, place.actor("desk_head"), w.MONDAY, effective=effective, **said)


def told(action_id: int) -> list[tuple[str, str]]:
    with work() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [(r.notice, r.audience) for r in rows if r.facts.get("action") == action_id]


def test_an_order_is_numbered_reported_and_verified_and_the_case_tells_of_it(app, hospital):
    case_id, action_id = ordered(app, hospital)
    assert row(action_id).number.endswith("改〔2026〕0001号")
    reported(action_id, hospital)
    judged(action_id, hospital, effective=True, comment="")
    assert row(action_id).state == "verified"
    assert kinds(case_id)[-3:] == ["capa_ordered", "capa_reported", "capa_verified"]


def test_what_does_not_work_is_ordered_once_more_and_both_reports_stay(app, hospital):
    _, action_id = ordered(app, hospital)
    reported(action_id, hospital)
    assert refusal(judged, action_id, hospital, effective=False, comment=" ") == "comment"
    assert refusal(judged, action_id, hospital, effective=False) == "planned_day"
    judged(action_id, hospital, effective=False, planned_day=DAY + dt.timedelta(days=7))
    assert (row(action_id).state, row(action_id).round) == ("planned", 2)
    reported(action_id, hospital, w.MONDAY + w.days(1))
    judged(action_id, hospital, effective=True)
    with work() as session:
        rows = session.scalars(select(ActionReport).order_by(ActionReport.round)).all()
        assert [(r.round, r.effective) for r in rows] == [(1, False), (2, True)]
    assert row(action_id).number.endswith("0001号")


@pytest.mark.parametrize("role", ["desk", "dept_head", "dept_staff", "hospital"])
def test_only_whom_the_rule_book_names_orders(app, hospital, role):
    case_id, _ = hospital.signed(app)
    said = refusal(corrective_orders.order_for_case, case_id, hospital.actor(role), w.MONDAY, wanted(hospital))
    assert said in {"not_yours", "no_such_case"}


def test_another_unit_neither_knows_nor_reports_it(app, hospital):
    _, action_id = ordered(app, hospital)
    said = dict(text="已办。", done_day=w.MONDAY.date())
    assert refusal(corrective.report, action_id, hospital.actor("dept_head1"), w.MONDAY, **said) == "no_such_case"


def test_nobody_verifies_what_they_reported(app, hospital):
    case_id, _ = hospital.signed(app)
    chief, office = hospital.actor("desk_head"), hospital.cast.units["office"]
    own = wanted(hospital)
    own = Order(own.kind, office, own.title, own.text, DAY)
    action_id = corrective_orders.order_for_case(case_id, chief, w.MONDAY, own)
    corrective.report(action_id, chief, w.MONDAY, text="已办。", done_day=w.MONDAY.date())
    assert refusal(judged, action_id, hospital, effective=True) == "own_report"


def test_a_day_in_the_past_and_a_report_from_the_future_are_refused(app, hospital):
    case_id, action_id = ordered(app, hospital)
    chief = hospital.actor("desk_head")
    early = wanted(hospital, planned_day=dt.date(2026, 9, 6))
    assert refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, early) == "planned_day"
    none = wanted(hospital, planned_day=None)
    assert refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, none) == "planned_day"
    said = dict(text="已办。", done_day=dt.date(2026, 9, 8))
    assert refusal(corrective.report, action_id, hospital.actor("dept_head"), w.MONDAY, **said) == "done_day"


def test_a_kind_that_the_rule_book_does_not_have_is_refused(app, hospital):
    case_id, _ = hospital.signed(app)
    chief = hospital.actor("desk_head")
    assert (
        refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, wanted(hospital, "corrective"))
        == "action_kind"
    )


def test_a_stale_form_changes_nothing(app, hospital):
    _, action_id = ordered(app, hospital)
    said = dict(text="已办。", done_day=w.MONDAY.date(), version=7)
    assert refusal(corrective.report, action_id, hospital.actor("dept_head"), w.MONDAY, **said) == "stale"
    assert row(action_id).state == "planned"


def test_what_is_taken_back_keeps_its_number_and_its_reason(app, hospital):
    case_id, action_id = ordered(app, hospital)
    chief = hospital.actor("desk_head")
    assert refusal(corrective.cancel, action_id, chief, w.MONDAY, reason="") == "reason"
    corrective.cancel(action_id, chief, w.MONDAY, reason="发错了科室。")
    assert row(action_id).state == "cancelled"
    assert kinds(case_id)[-1] == "capa_cancelled"
    again = corrective_orders.order_for_case(case_id, chief, w.MONDAY, wanted(hospital))
    assert row(again).number.endswith("0002号")


def bar(case_id: int, unit_id: int, by: int) -> None:
    with work() as session:
        session.add(CaseBar(case_id=case_id, unit_id=unit_id, named=True, by_id=by, at=w.MONDAY))


def test_a_unit_that_the_complaint_is_about_is_neither_asked_nor_let_in(app, hospital):
    case_id, action_id = ordered(app, hospital)
    chief = hospital.actor("desk_head")
    bar(case_id, hospital.unit(), chief.person_id or 0)
    assert refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, wanted(hospital)) == "unit_id"
    assert refusal(reported, action_id, hospital) == "no_such_case"


def test_a_confidential_case_reaches_no_further_unit_by_one_person(app, hospital):
    case_id = hospital.accepted(app, mode="confidential", identity={"name": "甲乙丙"}, contact={"phone": "13900000001"})
    chief = hospital.actor("desk_head")
    assert refusal(corrective_orders.order_for_case, case_id, chief, w.MONDAY, wanted(hospital)) == "needs_signature"
    own = wanted(hospital)
    at_home = Order(own.kind, hospital.cast.units["office"], own.title, own.text, DAY)
    corrective_orders.order_for_case(case_id, chief, w.MONDAY, at_home)


def test_the_unit_and_the_judge_are_told_and_each_late_one_is_told_of_once(app, hospital):
    _, action_id = ordered(app, hospital)
    assert told(action_id) == [("to_improve", "unit_signers"), ("to_improve", "unit_head")]
    assert corrective_notices.tell_late(w.MONDAY + w.days(9)) == 0  # the planned day itself
    assert corrective_notices.tell_late(w.MONDAY + w.days(10)) == 1
    assert corrective_notices.tell_late(w.MONDAY + w.days(11)) == 0
    assert ("improve_late", "office_chief") in told(action_id)
    reported(action_id, hospital, w.MONDAY + w.days(11))
    assert told(action_id)[-1] == ("improved", "office_chief")


def raw() -> str:
    with reading() as session:
        tables = inspect(db.engine).get_table_names()
        return "\n".join(str(r) for t in tables for r in session.execute(text(f'select * from "{t}"')))


def test_words_about_a_case_are_closed_and_words_about_none_too(app, hospital):
    _, action_id = ordered(app, hospital, title=CANARY, text=CANARY, owner=CANARY)
    corrective.report(action_id, hospital.actor("dept_head"), w.MONDAY, text=CANARY, done_day=w.MONDAY.date())
    assert CANARY not in raw()
    assert row(action_id).text == CANARY
    alone = corrective_orders.order_alone(hospital.actor("desk_head"), w.MONDAY, wanted(hospital, title="不涉及投诉"))
    assert (row(alone).title, row(alone).case_id) == ("不涉及投诉", None)
    assert "不涉及投诉" not in raw()


@pytest.mark.parametrize("key", ["own", "free", ""])
def test_a_row_cannot_be_made_to_show_words_that_its_case_s_key_did_not_close(app, hospital, key: str):
    case_id, action_id = ordered(app, hospital)
    with work() as session:
        forged = """update "case" set words_key = :k, story = '伪造的话' where id = :i"""
        session.execute(text(forged), {"k": key, "i": case_id})
    assert "伪造的话" not in repr(w.case_of(case_id).story + "")
    assert row(action_id).title == "■■■"


def test_the_case_is_found_by_the_words_of_the_order(app, hospital):
    case_id, _ = ordered(app, hospital, title=CANARY)
    with reading() as session:
        where = search.matches(session, hospital.cast.institution_id, CANARY)
        assert list(session.scalars(select(Case.id).where(where))) == [case_id]


def test_an_order_that_no_complaint_asks_for_needs_no_case(app, hospital):
    action_id = corrective_orders.order_alone(hospital.actor("desk_head"), w.MONDAY, wanted(hospital, "suggestion"))
    reported(action_id, hospital)
    judged(action_id, hospital, effective=True)
    assert row(action_id).state == "verified"


def test_no_office_orders_for_another_institution(app, hospital):
    other = rw.of("R1")
    case_id, action_id = ordered(app, hospital)
    stranger = other.actor("desk")
    assert refusal(corrective_orders.order_for_case, case_id, stranger, w.MONDAY, wanted(hospital)) == "no_such_case"
    assert refusal(corrective.cancel, action_id, stranger, w.MONDAY, reason="x") == "no_such_case"
    away = Order("rectification", other.unit(), "题目", "内容", DAY)
    assert refusal(corrective_orders.order_alone, hospital.actor("desk_head"), w.MONDAY, away) == "unit_id"
