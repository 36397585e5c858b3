"""R15 客户投诉处理规定（工程质量）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from shared import clock as clocks
from shared.db import work
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.domain.visibility import may_see_case
from shared.models.unit import SECTION, Unit
from shared.services import cases, decisions, extensions, replies, slips
from shared.services.queries_case import case_view
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

BOOK = regimes.parse(regimes.shipped("R15"))
OWNER = dict(ground="owner", reason="业主打孔打穿了水管。", basis="《客户投诉处理规定》", redirect="")


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R15")


def due(limit: str, event: str, start: str) -> dt.date:
    """When a limit ends that begins at 10:00 on this day, on a calendar of plain weeks."""
    at = dt.datetime.fromisoformat(f"{start}T10:00+08:00")
    rules = [one for one in BOOK.clock_limits if one.id == limit]
    zone, plain = ZoneInfo("Asia/Shanghai"), Calendar({}, frozenset())
    [found] = run(rules, [Happened(1, event, at)], plain, zone=zone, default_severity="minor", now=at)
    return found.due_day


def team(estate: rw.RegimeWorld) -> int:
    """The repair team, below the builder's department."""
    with work() as session:
        row = Unit(institution_id=estate.cast.institution_id, parent_id=estate.unit(), kind=SECTION, name="维修组")
        session.add(row)
        session.flush()
        return row.id


def test_r15_01_a_works_department_never_sees_the_case_but_only_its_slip(app, estate):
    estate.signed(app)
    assert not may_see_case(estate.actor("works_head"), estate.cast.institution_id)


def test_r15_01_r15_09_the_customer_department_follows_what_the_builder_still_owes(app, estate):
    case_id, _ = estate.signed(app, severity="builder")
    late = w.MONDAY + w.days(8)
    running = case_view(case_id, estate.actor("service"), late).running(["builder"])
    assert running.overdue(late)
    assert refusal(case_view, case_id, estate.actor("works"), late) == "no_such_case"


def test_r15_02_the_survey_is_due_on_the_day_itself_also_on_a_sunday(app, estate):
    sunday = w.MONDAY - w.days(1)
    case_id = estate.file_case(app, now=sunday).case_id
    assert clock(case_id, "survey").due_day == dt.date(2026, 9, 6)


def test_r15_02_the_register_has_the_centres_own_name(app, estate):
    case_id = estate.accepted(app)
    with clocks.frozen(w.MONDAY):
        client = app.test_client()
        client.send("/office/sign-in", username="wuye-desk", password=w.PASSWORD)
        page = client.get(f"/office/case/{case_id}/print/register").text
    assert "物业服务中心投诉登记表" in page
    assert "临湖光投〔2026〕0001号" in page


def test_r15_03_what_is_the_owners_own_is_explained_with_its_reason(app, estate):
    case_id = estate.file_case(app).case_id
    assert refusal(decisions.refuse, case_id, estate.actor("desk"), w.MONDAY, **{**OWNER, "reason": " "}) == "reason"
    decisions.refuse(case_id, estate.actor("desk"), w.MONDAY, **OWNER)
    assert ("refused", "citizen") in owed(case_id)


@pytest.mark.parametrize("severity", ["minor", "general"])
@pytest.mark.parametrize(("start", "end"), [(0, 10), (2, 14)])
def test_r15_03_r15_04_three_days_of_the_calendar_that_end_on_a_working_day(app, estate, severity, start, end):
    case_id = estate.accepted(app, w.MONDAY + w.days(start), severity=severity)
    assert clock(case_id, severity).due_day == dt.date(2026, 9, end)


def test_r15_04_reporting_up_and_the_second_survey_are_due_the_same_day():
    assert due("report_up", "survey_failed", "2026-09-12") == dt.date(2026, 9, 12)  # a Saturday
    assert due("second_survey", "reported_up", "2026-09-12") == dt.date(2026, 9, 12)


def test_r15_05_the_survey_report_goes_up_within_two_days():
    assert due("survey_report", "found_unsolvable", "2026-09-07") == dt.date(2026, 9, 9)
    assert due("survey_report", "found_unsolvable", "2026-09-10") == dt.date(2026, 9, 14)  # the second is a Saturday


def test_r15_06_the_builder_names_project_or_repair_team_the_same_day(app, estate):
    case_id, slip_id = estate.transferred(app, severity="builder")
    slips.sign(slip_id, estate.actor("works_head"), w.MONDAY)
    assert clock(case_id, "assign").due_day == w.MONDAY.date()
    assert clock(case_id, "assign").stopped_at is None
    slips.assign_section(slip_id, estate.actor("works_head"), w.MONDAY, section_id=team(estate))
    assert clock(case_id, "assign").stopped_at == w.MONDAY


def test_r15_07_five_days_from_the_papers(app, estate):
    case_id, slip_id = estate.transferred(app, severity="builder")
    signed = w.MONDAY + w.days(3)  # a Thursday: the fifth day is a Tuesday
    slips.sign(slip_id, estate.actor("works_head"), signed)
    assert clock(case_id, "builder").due_day == dt.date(2026, 9, 15)


def test_r15_07_until_the_work_is_done(app, estate):
    case_id, _ = estate.replied(app, severity="builder")
    assert clock(case_id, "builder").stopped_at == w.MONDAY
    replies.reject(case_id, estate.actor("desk"), w.MONDAY, comment="还在漏。")
    assert clock(case_id, "builder").stopped_at is None


def test_r15_04_r15_07_a_later_day_is_agreed_with_a_reason_and_told(app, estate):
    case_id, _ = estate.signed(app, severity="builder")
    later = dict(new_day=dt.date(2026, 9, 23), reason="等晴天做防水，业主同意。", agreed=True)
    desk = estate.actor("desk")
    assert refusal(extensions.extend, case_id, desk, w.MONDAY, **{**later, "reason": ""}) == "reason"
    extensions.extend(case_id, desk, w.MONDAY, **later)
    assert clock(case_id, "builder").due_day == dt.date(2026, 9, 23)
    assert ("extended", "citizen") in owed(case_id)


def test_r15_08_what_is_major_has_no_days_of_its_own_but_the_day_agreed(app, estate):
    case_id, _ = estate.signed(app, severity="major")
    assert w.case_of(case_id).due_limit == ""
    with work() as session:
        case, facts = cases.lock(session, case_id), {"until": "2026-10-16"}
        cases.record(session, case, "promised", estate.actor("desk"), w.MONDAY, role="intake", facts=facts)
    assert clock(case_id, "agreed").due_day == dt.date(2026, 10, 16)
    assert w.case_of(case_id).due_limit == "agreed"


def test_r15_08_the_works_departments_look_at_it_together_before_the_first_answers(app, estate):
    _, slip_id = estate.signed(app, severity="major")
    call = dict(unit_id=estate.unit(1), reason="联合勘查。")
    slips.ask_help(slip_id, estate.actor("works"), w.MONDAY, **call)
    replies.submit(slip_id, estate.actor("works"), w.MONDAY, rw.SOLVED)
    replies.decide(slip_id, estate.actor("works_head"), w.MONDAY, approved=True)
    assert refusal(replies.hand_in, slip_id, estate.actor("works_head"), w.MONDAY) == "help_missing"
