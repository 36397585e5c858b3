"""What follows from facts on record: classes, tracks, plans, and who is told at once (J10)."""

from __future__ import annotations

import pytest

from shared.services import assessments, decisions, sweeps
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, last, owed, refusal, told


@pytest.mark.row("R9.10")
@pytest.mark.parametrize(
    ("fact", "severity", "asked"), [("major", "important", []), ("public_effect", "major", ["director"])]
)
def test_r9_10_the_director_is_told_at_once_and_decides_what_is_gravest(app, db, fact, severity, asked):
    bureau = rw.of("R9")
    case_id = bureau.accepted(app)
    assessments.assess(case_id, bureau.actor("reception"), w.MONDAY, found={fact: True})
    assert w.case_of(case_id).severity == severity
    assert (told(case_id, "grave_case"), told(case_id, "approval_asked")) == (["director"], asked)
    assert ("grave_case", "gov_leader") in owed(case_id)


def test_r10_06_what_may_endanger_a_patient_is_flagged_and_told_before_anybody_accepts_it(app, db):
    hospital = rw.of("R10")
    case_id = hospital.file_case(app).case_id
    assessments.assess(case_id, hospital.actor("desk"), w.MONDAY, found={"danger": True})
    assert last(case_id, "assessed")["flags"] == ["danger"]
    assert told(case_id, "grave_case") == ["desk_head"]
    assessments.assess(case_id, hospital.actor("desk"), w.MONDAY, found={"danger": True})
    assert told(case_id, "grave_case") == ["desk_head"], "once is enough"


def test_whom_the_rules_name_but_nobody_is_here_is_to_be_told_by_a_person(app, db):
    hospital = rw.of("R10")
    case_id = hospital.file_case(app).case_id
    assessments.assess(case_id, hospital.actor("desk"), w.MONDAY, found={"accident": True})
    assert last(case_id, "assessed")["unreached"] == ["medical"]
    assert last(case_id, "assessed")["flags"] == ["external_report"]


def test_r21_04_what_may_harm_the_project_calls_for_the_emergency_plan_at_once(app, db):
    firm = rw.of("R21")
    for fact in ("operations", "public_effect"):
        case_id = firm.accepted(app)
        assessments.assess(case_id, firm.as_("intake"), w.MONDAY, found={fact: True})
        assert (last(case_id, "assessed")["plans"], w.case_of(case_id).severity) == (["emergency"], "major")
        assert told(case_id, "grave_case") == ["director"]


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        ({"cost": "10000.00"}, "major"),
        ({"cost": "9999.99"}, "general"),
        ({"households": "5"}, "major"),
        ({"households": "4"}, "general"),
        ({"court": True}, "major"),
    ],
)
def test_r23_04_ten_thousand_yuan_five_households_or_a_court(app, db, found, severity):
    group = rw.of("R23")
    case_id, desk = group.accepted(app), group.actor("project_desk")
    assessments.assess(case_id, desk, w.MONDAY, found=found)
    assert w.case_of(case_id).severity == severity
    assert told(case_id, "grave_case") == (["area_desk", "group_service"] if severity == "major" else [])


def test_r23_04_nobody_makes_it_general_again_while_the_facts_stand(app, db):
    group = rw.of("R23")
    case_id, desk = group.file_case(app).case_id, group.actor("project_desk")
    assessments.assess(case_id, desk, w.MONDAY, found={"households": "6"})
    general = dict(category="quality", severity="general")
    assert refusal(decisions.accept, case_id, desk, w.MONDAY, **general) == "severity"
    assessments.assess(case_id, desk, w.MONDAY, found={"households": "3"})
    decisions.accept(case_id, desk, w.MONDAY, **general)
    assert w.case_of(case_id).severity == "general"


def test_r25_05_a_key_customer_has_a_track_and_what_is_late_is_reported(app, db):
    telecom = rw.of("R25")
    case_id = telecom.accepted(app)
    assessments.assess(case_id, telecom.actor("service"), w.MONDAY, found={"vip": True})
    assert (w.case_of(case_id).severity, last(case_id, "assessed")["track"]) == ("vip", ["green"])
    sweeps.watch_clocks(clock(case_id, "vip").due_at)
    assert told(case_id, "grave_case") == ["service", "management"]


@pytest.mark.row("W1.02")
@pytest.mark.parametrize("fact", ["major", "repeat"])
def test_w1_02_what_is_grave_or_comes_again_goes_straight_to_the_department_in_charge(app, db, fact):
    telecom = rw.of("R25")
    case_id = telecom.file_case(app).case_id
    assessments.assess(case_id, telecom.actor("service"), w.MONDAY, found={fact: True})
    assert (told(case_id, "grave_case"), told(case_id, "approval_asked")) == (["management"], ["management"])
