"""Corrective and preventive action: state × step × role, and what each rule book's table says of it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from shared.demo import small
from shared.domain import capa, regimes
from shared.domain.capa import STEPS, ActionState, Kind
from shared.domain.errors import Refused
from shared.domain.lifecycle import OFFICE_ROLES, UNIT_ROLES, Role
from shared.domain.regimes import Regime


def book(code: str) -> Regime:
    return regimes.of_text(small.text_of(code))


WITH_TABLE = [code for code in regimes.codes() if regimes.of_text(regimes.shipped(code)).capa]

# step: from → to : who under R10 (chief orders and verifies) : who under R1 (the desk orders, nobody verifies)
LAW = {
    "report": ("planned", "done", UNIT_ROLES, UNIT_ROLES),
    "verify": ("done", "verified", {Role.CHIEF}, set()),
    "reopen": ("done", "planned", {Role.CHIEF}, {Role.INTAKE, Role.DISPATCHER}),
    "cancel": ("planned", "cancelled", {Role.CHIEF}, {Role.INTAKE, Role.DISPATCHER}),
}


@pytest.mark.parametrize(("code", "column"), [("R10", 2), ("R1", 3)])
def test_every_step_is_lawful_for_those_who_stand_in_the_table_and_for_nobody_else(code: str, column: int):
    rules = book(code)
    for step, state, role in itertools.product(STEPS, ActionState, OFFICE_ROLES | UNIT_ROLES):
        lawful = state == LAW[step][0] and role in LAW[step][column]
        try:
            capa.check(step, state, {role}, rules, in_office=False)
        except Refused:
            assert not lawful, (step, state, role)
        else:
            assert lawful, (step, state, role)


def test_each_step_leads_where_the_table_says():
    assert {step: (*one.frm, str(one.to)) for step, one in STEPS.items()} == {k: v[:2] for k, v in LAW.items()}


def test_what_the_office_is_to_do_itself_the_office_reports():
    assert capa.check("report", ActionState.PLANNED, {Role.CHIEF}, book("R10"), in_office=True) is Role.CHIEF
    with pytest.raises(Refused):
        capa.check("report", ActionState.PLANNED, {Role.HANDLER}, book("R10"), in_office=True)


@pytest.mark.parametrize("code", WITH_TABLE)
def test_every_rule_book_with_the_table_has_somebody_who_orders_and_judges(code: str):
    rules = book(code)
    held = {role for one in rules.roles for role in one.roles}
    assert capa.kinds(rules)
    assert capa.orderers(rules) & held
    assert capa.judges(rules) & held


@pytest.mark.parametrize(
    ("code", "kinds", "alone", "by_unit"),
    [
        ("R1", "remedial corrective", "", "remedial corrective"),
        ("R3", "suggestion", "suggestion", ""),
        ("R7", "preventive", "preventive", ""),
        ("R10", "rectification suggestion", "rectification suggestion", ""),
        ("R26", "remedial corrective", "", "remedial corrective"),
        ("R5", "", "", ""),
    ],
)
def test_the_kinds_are_the_rule_books_own(code: str, kinds: str, alone: str, by_unit: str):
    rules = book(code)
    found = (capa.kinds(rules), capa.kinds(rules, alone=True), capa.kinds(rules, by_unit=True))
    assert found == tuple([Kind(k) for k in said.split()] for said in (kinds, alone, by_unit))


def test_who_took_part_is_asked_for_where_the_rule_book_wants_it():
    assert capa.needs_people(book("R7"), Kind.PREVENTIVE)
    assert not capa.needs_people(book("R15"), Kind.PREVENTIVE)


def test_a_planned_day_is_asked_for_where_the_rule_book_wants_it_and_never_of_a_suggestion():
    assert capa.needs_day(book("R1"), Kind.CORRECTIVE)
    assert capa.needs_day(book("R10"), Kind.RECTIFICATION)
    assert not capa.needs_day(book("R10"), Kind.SUGGESTION)
    assert not capa.needs_day(book("R12"), Kind.PREVENTIVE)


DAY = dt.date(2026, 9, 10)


@pytest.mark.parametrize(
    ("state", "planned", "today", "late"),
    [
        ("planned", DAY, DAY, False),
        ("planned", DAY, DAY + dt.timedelta(days=1), True),
        ("done", DAY, DAY + dt.timedelta(days=9), False),
        ("planned", None, DAY, False),
    ],
)
def test_late_is_what_nobody_has_reported_when_the_day_has_passed(
    state: str, planned: dt.date | None, today: dt.date, late: bool
):
    assert capa.overdue(state, planned, today) is late


def test_forms_are_those_that_the_table_names():
    assert capa.order_form(book("R10")).name == "整改意见书"
    assert capa.report_form(book("R10")).name == "整改报告"
    assert capa.order_form(book("R3")).name == "改进建议"
    assert capa.report_form(book("R7")).name == "预防措施记录"
    assert capa.report_form(book("R26")).mark == "EJ-QR-QP10.1-01"
    assert capa.report_form(book("R1")) is None
