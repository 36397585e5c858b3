"""R12 客户投诉处理和投诉热线受理: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from shared import clock as now
from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.domain.follow_up import Heard
from shared.models.survey import Survey
from shared.services import answers, decisions, replies, return_visits, surveys
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, refusal

BOOK = regimes.parse(small.text_of("R12"))
AT = dt.datetime.fromisoformat("2026-09-07T10:00+08:00")


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R12")


def days(severity: str) -> dict[str, dt.date]:
    """When the limits of a case end for which 16 September was named."""
    story = [Happened(1, "accepted", AT, severity=severity), Happened(2, "promised", AT, until=dt.date(2026, 9, 16))]
    plain, zone = Calendar({}, frozenset()), ZoneInfo("Asia/Shanghai")
    found = run(BOOK.clock_limits, story, plain, zone=zone, default_severity="general", now=AT)
    return {one.limit.id: one.due_day for one in found}


def test_r12_01_the_desk_takes_in_the_department_solves_and_the_keeper_files(app, estate):
    case_id = estate.file_case(app).case_id
    accept = dict(category="service", severity="general")
    for role in ("dept_head", "dept_staff"):
        assert refusal(decisions.accept, case_id, estate.actor(role), w.MONDAY, **accept) == "no_such_case"
    for role in ("keeper", "manager"):
        assert refusal(decisions.accept, case_id, estate.actor(role), w.MONDAY, **accept) == "not_yours"
    decisions.accept(case_id, estate.actor("desk"), w.MONDAY, **accept)
    answers.answer_at_once(case_id, estate.actor("desk"), w.MONDAY, rw.TOLD)
    answers.close(case_id, estate.actor("desk"), w.MONDAY)
    assert refusal(answers.archive, case_id, estate.actor("desk"), w.MONDAY) == "not_yours"
    answers.archive(case_id, estate.actor("keeper"), w.MONDAY)


def test_r12_02_a_call_stands_at_once_in_the_record_under_its_name_and_number(app, estate):
    case_id = estate.file_case(app).case_id
    with now.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username="tingsong-desk", password=w.PASSWORD)
        paper = desk.get(f"/office/case/{case_id}/print/register").get_data(as_text=True)
    assert "客户投诉记录" in paper
    assert "临松投〔2026〕0001号" in paper
    assert rw.STORY in paper


def test_r12_03_the_day_on_the_notice_is_the_limit_and_the_usual_one_is_a_blank():
    assert days("general") == {"handle": dt.date(2026, 9, 10), "named_day": dt.date(2026, 9, 16)}
    assert {gap.key for gap in regimes.parse(regimes.shipped("R12")).unset} == {"limits.handle.value"}


def test_r12_03_in_special_cases_one_of_department_and_board_is_enough():
    rule = BOOK.approval("decision", "special")
    assert rule.one_is_enough
    assert {level.role for level in rule.chain} == {"dept_head", "board"}
    assert BOOK.approval("decision") is None


def test_r12_04_the_day_of_a_serious_case_is_told_to_the_manager_too():
    assert days("serious") == {"handle": dt.date(2026, 9, 10), "planned_day": dt.date(2026, 9, 16)}
    told = {rule.id: set(rule.tell) for rule in BOOK.limits}
    assert told["planned_day"] - told["named_day"] == {"manager"}


def test_r12_06_no_result_leaves_the_department_unsigned_by_its_head(app, estate):
    case_id, slip_id = estate.signed(app)
    replies.submit(slip_id, estate.actor("dept_staff"), w.MONDAY, rw.SOLVED)
    assert refusal(replies.hand_in, slip_id, estate.actor("dept_head"), w.MONDAY) == "not_now"
    assert refusal(replies.decide, slip_id, estate.actor("dept_staff"), w.MONDAY, approved=True) == "own_draft"
    replies.decide(slip_id, estate.actor("dept_head"), w.MONDAY, approved=True)
    replies.hand_in(slip_id, estate.actor("dept_head"), w.MONDAY)
    assert w.case_of(case_id).state == "replied"


@pytest.mark.parametrize("kind", ["repair", "service", "help"])
def test_r12_06_repairs_complaints_and_calls_for_help_stand_in_one_record(app, estate, kind):
    case_id = estate.file_case(app).case_id
    estate.accept(case_id, category=kind)
    assert w.case_of(case_id).register_no == "临松投〔2026〕0001号"


def test_r12_07_malice_is_no_ground_to_refuse(app, estate):
    case_id = estate.file_case(app).case_id
    words = dict(ground="malicious", reason="反复来电。", basis="本办法", redirect="无")
    assert refusal(decisions.refuse, case_id, estate.actor("desk"), w.MONDAY, **words) == "ground"
    estate.accept(case_id)
    assert w.case_of(case_id).state == "accepted"


def test_r12_11_the_way_of_a_complaint_is_drawn(app, estate, client):
    page = client.get("/rules").get_data(as_text=True)
    drawing = page[page.index('<svg class="flow"') : page.index("</desc>")]
    assert [stage.name for stage in BOOK.stages if stage.name not in drawing] == []


def test_the_departments_limit_ends_with_its_result_and_comes_back_when_that_is_sent_back(app, estate):
    case_id, _ = estate.replied(app)
    assert clock(case_id, "handle").stopped_at == w.MONDAY
    replies.reject(case_id, estate.actor("desk"), w.MONDAY + w.days(1), comment="还在漏水。")
    row = clock(case_id, "handle")
    assert (row.stopped_at, row.due_day, kinds(case_id)[-1]) == (None, dt.date(2026, 9, 10), "reply_rejected")


def test_the_assistant_has_a_matter_taken_up_again(app, estate):
    case_id = estate.answered(app)
    answers.rehandle(case_id, estate.actor("assistant"), w.MONDAY, reason="客户说门又坏了。")
    assert w.case_of(case_id).state == "reopened"


def test_r12_05_the_assistant_calls_or_goes_there_and_asks_for_content_and_advice(app, estate):
    case_id, assistant = ended.closed(app, estate), estate.actor("assistant")
    assert ended.visit_of(case_id).state == "owed"
    by_form = Heard("form", "good")
    assert refusal(return_visits.record, case_id, assistant, w.MONDAY, by_form) == "visit_way"
    return_visits.record(case_id, assistant, w.MONDAY, Heard("face", "good", comment="希望周末也有人值班。"))
    assert (ended.visit_of(case_id).way, ended.visit_of(case_id).comment) == ("face", "希望周末也有人值班。")


def test_r12_05_the_page_asks_in_the_words_of_the_rule_book(app, client):
    with app.app_context():
        case_id = ended.closed(app, rw.of("R12"))
    client.send("/office/sign-in", username="tingsong-assistant", password=w.PASSWORD)
    page = client.get(f"/office/case/{case_id}/visit").text
    assert "对处理结果是否满意" in page
    assert "有没有别的建议" in page


def test_r12_12_customers_are_asked_outside_of_complaints(app, estate, client):
    today = w.MONDAY.date()
    facts = dict(code="customers", title="九月客户反馈调查", first_day=today, last_day=today)
    made = surveys.begin(estate.actor("assistant"), w.MONDAY, **facts)
    with work() as session:
        token = session.scalar(select(Survey.token).where(Survey.id == made))
    with now.frozen(w.MONDAY):
        page = client.get(f"/survey/{token}").text
    assert "便民服务" in page
    assert "受理编号" not in page
