"""The pages on which something is laid for approval and decided, and who sees how much of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import work
from shared.models.approval import Approval
from shared.services import approvals, assessments
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.office import steps
from tests.support.pages import CheckedClient
from tests.support.rows import approval

TEXT = "调查报告：针距超差，责任在二车间。"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(w.MONDAY):
        yield


def desk(app: Flask, place: rw.RegimeWorld, key: str) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.signs_in(place.usernames[key])
    return client


def made(app: Flask, code: str, **found: object) -> tuple[rw.RegimeWorld, int]:
    """An institution under the rule book with one accepted case, and the facts that are on record."""
    with app.app_context():
        place = rw.of(code)
        case_id = place.accepted(app)
        if found:
            assessments.assess(case_id, place.as_("intake"), w.MONDAY, found=found)
        return place, case_id


@pytest.fixture
def company(app: Flask) -> rw.RegimeWorld:
    with app.app_context():
        return rw.of("R13")


@pytest.fixture
def report(app: Flask, company: rw.RegimeWorld) -> str:
    """A report that waits for the head of the shop which holds the case."""
    with app.app_context():
        case_id, _ = company.replied(app)
        approvals.lay(case_id, company.actor("service"), w.MONDAY, subject="report", text=TEXT)
        return f"/office/approval/{approval(case_id, 'report').id}"


def test_a_units_head_reads_the_request_and_nothing_of_the_case(app: Flask, company, report: str):
    page = desk(app, company, "supervisor").get(report)
    assert page.status_code == 200
    assert TEXT in page.text
    assert rw.STORY not in page.text
    assert "/office/case/" not in page.text
    assert "临禾投" not in page.text


@pytest.mark.parametrize("key", ["supervisor1", "dept_staff", "system_admin"])
def test_nobody_else_outside_the_office_knows_of_it(app: Flask, company, report: str, key: str):
    assert desk(app, company, key).get(report).status_code == 404


def test_it_lies_on_the_desk_of_whoever_comes_next_and_of_nobody_else(app: Flask, company, report: str):
    assert report in desk(app, company, "supervisor").get("/office/").text
    assert report not in desk(app, company, "manager").get("/office/").text
    done = desk(app, company, "supervisor").send(report, verdict="yes", comment="属实。")
    assert done.status_code == 303
    assert report in desk(app, company, "personnel").get("/office/").text


def test_a_level_out_of_turn_is_told_so_and_a_no_needs_its_reason(app: Flask, company, report: str):
    assert desk(app, company, "manager").post(report, data={"verdict": "yes"}).status_code in (400, 403)
    head = desk(app, company, "supervisor")
    assert head.send(report, verdict="no", comment=" ").status_code == 422
    assert head.send(report, verdict="maybe").status_code == 422


def test_a_step_that_waits_is_not_offered_and_the_page_says_why(app: Flask, company):
    with app.app_context():
        case_id = company.file_case(app).case_id
    client = desk(app, company, "service")
    page = client.get(f"/office/case/{case_id}").text
    assert steps(page)[0] == "lay_approval"
    assert "accept" not in steps(page)
    assert "按制度要先报批：是否受理" in page


def test_a_step_that_is_tried_all_the_same_says_what_it_waits_for(app: Flask):
    with app.app_context():
        place = rw.of("R26")
        case_id = place.answered(app)
    answer = desk(app, place, "keeper").send(
        f"/office/case/{case_id}/close", form="//main//form[contains(@action, '/close')]"
    )
    assert answer.status_code == 422
    assert "这一步要先经审批" in answer.text


def test_the_pages_of_a_case_with_chains_cost_no_more_than_any_other(app: Flask, company, report: str, count_sql):
    with app.app_context(), work() as session:
        case_id = session.scalars(select(Approval.case_id).distinct()).one()
    client = desk(app, company, "service")
    for address in (f"/office/case/{case_id}", report, f"/office/case/{case_id}/approvals"):
        client.get(address)
        with count_sql() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 12, (address, seen)


@pytest.mark.parametrize("junk", ["-1", "9" * 30, "\x00", "五户", "1e9999", "NaN"])
def test_no_number_however_strange_breaks_the_page_of_facts(app: Flask, junk: str):
    place, case_id = made(app, "R23")
    client = desk(app, place, "project_desk")
    answer = client.send(f"/office/case/{case_id}/assess", households=junk)
    assert answer.status_code in (303, 422)
    with app.app_context():
        assert w.case_of(case_id).severity == "general"


def test_facts_that_were_recorded_stand_there_to_be_corrected(app: Flask):
    place, case_id = made(app, "R23", households="6", court=True)
    page = desk(app, place, "project_desk").get(f"/office/case/{case_id}/assess").text
    assert 'value="6"' in page
    assert "定为“重大投诉”" in page
    assert "进入司法程序" in page


def test_the_security_administrator_says_which_of_several_posts_it_is(app: Flask):
    place, _case_id = made(app, "R20")
    seller = place.actor("seller").person_id
    client = desk(app, place, "security_admin")
    address = f"/office/admin/people/{seller}"
    assert "主管副总经理" in client.get(address).text
    form = "//form[contains(@action, '/grant')]"
    sent = {"role": "gov_leader:vice", "unit_id": place.cast.units["office"]}
    assert client.send(address, form=form, **sent).status_code == 303
    assert "主管副总经理" in client.get(address).text
    assert client.send(address, form=form, **{**sent, "role": "gov_leader:nobody"}).status_code == 422
