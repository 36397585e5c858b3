"""R25 电信业后续服务和客户投诉处理程序: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared import clock as now
from shared.db import work
from shared.domain import regimes
from shared.domain.follow_up import Heard
from shared.models.slip import CoHandling
from shared.services import answers, decisions, helps, return_visits, slips, surveys, sweeps
from shared.services.surveys import Filled
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_paper import paper
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(regimes.shipped("R25"))
THURSDAY = w.MONDAY + w.days(3)


@pytest.fixture
def telecom(db) -> rw.RegimeWorld:
    return rw.of("R25")


@pytest.mark.parametrize("category", ["query", "fault", "service"])
def test_r25_01_queries_faults_and_complaints_are_the_customer_services(app, telecom, category):
    case_id = telecom.file_case(app).case_id
    accept = dict(category=category, severity="general")
    for role in ("management", "general", "first", "dept_head"):
        found = refusal(decisions.accept, case_id, telecom.actor(role), w.MONDAY, **accept)
        assert found in {"not_yours", "no_such_case"}
    decisions.accept(case_id, telecom.actor("service"), w.MONDAY, **accept)
    assert w.case_of(case_id).category == category


def test_r25_02_what_the_first_asked_cannot_explain_goes_back_to_the_customer_service(app, telecom):
    case_id, slip_id = telecom.signed(app)
    slips.ask_return(slip_id, telecom.actor("first"), w.MONDAY, reason="要查计费系统，本部门解释不了。")
    call = dict(granted=True, comment="")
    assert refusal(slips.decide_return, slip_id, telecom.actor("dept_head"), w.MONDAY, **call) == "not_yours"
    slips.decide_return(slip_id, telecom.actor("service"), w.MONDAY, **call)
    assert (w.case_of(case_id).state, w.case_of(case_id).unit_id) == ("accepted", None)


def test_r25_03_what_can_be_answered_at_once_needs_no_slip_and_is_filed(app, telecom):
    case_id, service = telecom.accepted(app), telecom.actor("service")
    answers.answer_at_once(case_id, service, w.MONDAY, rw.TOLD)
    assert ("answered", "citizen") in owed(case_id)
    answers.close(case_id, service, w.MONDAY)
    answers.archive(case_id, service, w.MONDAY)
    assert kinds(case_id) == ["received", "accepted", "answered", "closed", "archived"]


def test_r25_03_what_cannot_stands_on_the_query_sheet(app):
    with app.app_context():
        case_id, _ = rw.of("R25").transferred(app)
    page = paper(app, "tongda-service", f"/office/case/{case_id}/print/register")
    assert all(word in page for word in ("客户投诉查询表", "通达投〔2026〕0001号", rw.STORY))


def test_r25_03_the_customer_signs_where_told_face_to_face(app, telecom):
    case_id = telecom.accepted(app)
    told = answers.Told("face", "已经取消这项业务。", satisfaction="good")
    assert refusal(answers.answer_at_once, case_id, telecom.actor("service"), w.MONDAY, told) == "signed"


@pytest.mark.parametrize(("severity", "day"), [("vip", 9), ("serious", 10), ("general", 14)])
def test_r25_05_a_key_customer_has_a_limit_of_its_own(app, telecom, severity, day):
    case_id = telecom.accepted(app, severity=severity)
    assert w.case_of(case_id).due_limit == severity
    assert clock(case_id, severity).due_day == dt.date(2026, 9, day)


def test_r25_05_the_limit_stands_in_another_rule_book_so_it_is_blank():
    gaps = {b.key: b.row for b in BOOK.unset}
    assert gaps["limits.vip.value"] == "R25.05"
    assert set(gaps) == {"limits.vip.value", "limits.general.value", "limits.serious.value"}


@pytest.mark.parametrize(("severity", "told"), [("vip", True), ("general", False)])
def test_r25_05_what_is_late_is_told_to_the_management(app, telecom, severity, told):
    case_id = telecom.accepted(app, severity=severity)
    sweeps.watch_clocks(THURSDAY if severity == "vip" else w.MONDAY + w.days(8))
    late = {audience for notice, audience in owed(case_id) if notice == "clock_overdue"}
    assert "office_intake" in late
    assert ("office_chief" in late) is told


def test_r25_06_the_management_brings_the_departments_together_where_it_is_serious(app, telecom):
    _, slip_id = telecom.signed(app, severity="serious")
    call = dict(unit_id=telecom.unit(2), reason="线路由网络维护部查。")
    slips.ask_help(slip_id, telecom.actor("first"), w.MONDAY, **call)
    with work() as session:
        part = session.scalars(select(CoHandling.id)).one()
    assert refusal(helps.decide_help, part, telecom.actor("dept_head"), w.MONDAY, agreed=True) == "not_yours"
    helps.decide_help(part, telecom.actor("management"), w.MONDAY, agreed=True)


def test_the_rules_page_names_the_centre_that_sends_complaints_on(app, telecom, client):
    page = client.get("/rules").get_data(as_text=True)
    assert all(word in page for word in ("180投诉中心转来", "重点客户的投诉办结的工作日数：2"))


def test_r25_08_calls_forms_the_door_and_key_customers_are_ways_to_ask(app, telecom):
    service = telecom.actor("service")
    for way in ("phone", "form", "face", "key"):
        case_id = ended.closed(app, telecom)
        return_visits.record(case_id, service, w.MONDAY, Heard(way, "good"))
        assert ended.visit_of(case_id).way == way


def test_r25_08_whom_to_ask_is_the_offices_choice(app, telecom):
    case_id = ended.closed(app, telecom)
    answers.archive(case_id, telecom.actor("service"), w.MONDAY)


def test_r25_08_the_four_ways_fill_one_survey_and_its_result_is_handed_on(app, client):
    with app.app_context():
        telecom = rw.of("R25")
        keys, service, today = app.extensions["huiyin"].keys, telecom.actor("service"), w.MONDAY.date()
        facts = dict(code="customers", title="客户满意度调查", first_day=today, last_day=today)
        made = surveys.begin(service, w.MONDAY, **facts)
        for way in ("phone", "form", "face", "key", "key"):
            surveys.enter(made, service, w.MONDAY, Filled(surveys.new_form_key(keys), {"attitude": 2}), way=way)
        slug = telecom.book.sample.slug
    with now.frozen(w.MONDAY):
        client.send("/office/sign-in", username=f"{slug}-service", password=w.PASSWORD)
        page = client.get(f"/office/surveys/{made}").text
    for words in (
        "电话回访：1",
        "发放调查表：1",
        "上门征询：1",
        "重点客户上门服务：2",
        "2.0",
        "/office/corrective/new",
    ):
        assert words in page
