"""The accountability ledger in the browser: proposed, approved, objected to, paid; and what nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from shared import clock
from shared.db import reading
from shared.models.penalty import Penalty
from shared.services import findings
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.office import Office


class Company(Office):
    """A company under R3 with a case whose fault is a colleague's, and everybody at a desk."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, lambda: rw.of("R3"))
        with app.app_context():
            self.case = self.world.answered(app)
            self.who = self.world.actor("dept").person_id
            say = dict(code="negligence", reason="承诺超出权限。", person_id=self.who)
            findings.find(self.case, self.world.actor("market"), w.MONDAY, **say)

    def proposed(self, loss: str = "25000") -> int:
        """The number of a line that waits for the general manager."""
        page = f"/office/case/{self.case}/penalties/new?rule=loss"
        said = dict(person_id=self.who, loss=loss, reason="承诺超出权限，公司赔了钱。")
        assert self.desk("market").send(page, form="//main//form", **said).status_code == 303
        with self.app.app_context(), reading() as session:
            return session.scalars(select(Penalty.id)).one()

    def act(self, role: str, address: str, page: str, status: int = 303, **fields: object) -> str:
        client = self.desk(role)
        tree = html.fromstring(client.get(page).text)
        chosen = tree.xpath(f"//main//form[contains(@action, '{address}')]")[0]
        held = {name: value for name, value in chosen.form_values() if name not in fields}
        answer = client.post(chosen.get("action"), data=held | fields)
        assert answer.status_code == status, answer.text
        return str(answer.text)


@pytest.fixture
def company(app: Flask) -> Iterator[Company]:
    with clock.frozen(w.MONDAY):
        yield Company(app)


def state(company: Company) -> str:
    with company.app.app_context(), reading() as session:
        return session.scalars(select(Penalty.state)).one()


def test_a_penalty_goes_from_proposal_to_payment(company: Company):
    page = f"/office/ledger/{company.proposed()}"
    assert "10,000.00 × 20% + 15,000.00 × 10% = 3,500.00" in company.see("market", page)
    company.act("general", "decide", page, decision="yes")
    company.act("market", "arrange", page, parts="2", first="2026-09-30")
    company.act("market", "notify", page)
    assert "临" in company.see("market", f"{page}/print")
    for expected in ("noticed", "paid"):
        company.act("market", "pay", page)
        assert state(company) == expected


def test_a_number_that_is_none_keeps_what_was_typed(company: Company):
    page = f"/office/case/{company.case}/penalties/new?rule=loss"
    for loss in ("很多", "1e9", "-1", "1.234", "99999999999"):
        said = dict(person_id=company.who, loss=loss, reason="公司赔了钱。")
        answer = company.desk("market").send(page, form="//main//form", **said)
        assert (answer.status_code, loss in answer.text) == (422, True)


def test_whoever_is_punished_reads_it_without_the_case_and_objects(company: Company):
    penalty_id = company.proposed()
    own, page = f"/office/me/penalties/{penalty_id}", f"/office/ledger/{penalty_id}"
    company.see("dept", own, 404)
    company.act("general", "decide", page, decision="yes")
    company.act("market", "notify", page)
    seen = company.see("dept", own)
    assert "3,500.00" in seen
    assert rw.STORY not in seen
    assert f"/office/case/{company.case}" not in seen
    company.see("dept_head", own, 404)
    company.see("dept", page, 404)
    company.act("dept", "/me/penalties", own, text="请示过主管。")
    assert "请示过主管" in company.see("vice", page)
    company.act("vice", "appeal", page, decision="cancel", comment="查到了请示记录。")
    assert state(company) == "cancelled"
    assert "查到了请示记录" in company.see("dept", own)


def test_declining_needs_a_reason(company: Company):
    page = f"/office/ledger/{company.proposed()}"
    company.act("general", "decide", page, 422, decision="no", comment="")
    company.act("general", "decide", page, decision="no", comment="证据不够。")
    assert state(company) == "declined"
    assert "证据不够" in company.see("market", page)


def test_whoever_proposes_never_approves_and_an_old_page_says_so(company: Company):
    page = f"/office/ledger/{company.proposed()}"
    assert 'name="decision"' not in company.see("market", page)
    company.act("general", "decide", page, 409, decision="yes", version="99")


def test_the_ledger_adds_up_and_can_be_filtered(company: Company):
    company.proposed()
    page = company.see("general", "/office/ledger?state=proposed&month=2026-09")
    assert page.count("3,500.00 元") == 2
    for empty in ("state=paid", "month=2026-08", "unit=1"):
        assert "没有符合条件" in company.see("general", f"/office/ledger?{empty}")
    for odd in ("month=20%00", "unit=%F0%9F%98%80", "before=99999999999999999999", "state=x%00y", "month=2026-13"):
        company.see("general", f"/office/ledger?{odd}")


def test_names_are_read_inside_and_by_nobody_else(company: Company, client):
    page = f"/office/ledger/{company.proposed()}"
    company.act("general", "decide", page, decision="yes")
    name = company.world.actor("dept").name
    assert name not in company.see("dept2", "/office/ledger/published")
    company.act("market", "notify", page)
    assert name in company.see("dept2", "/office/ledger/published")
    assert client.get("/office/ledger/published").status_code == 303
    company.see("system_admin", "/office/ledger/published", 403)


def test_the_books_stand_on_the_case_page(company: Company):
    page = company.see("market", f"/office/case/{company.case}")
    assert f"/office/case/{company.case}/findings" in page
    assert f"/office/case/{company.case}/penalties" in page
    assert "员工失职或者越权承诺" in company.see("market", f"/office/case/{company.case}/findings")


def test_a_finding_without_reason_or_person_is_not_taken(company: Company):
    page = f"/office/case/{company.case}/findings"
    company.act("market", "findings", page, 422, code="late", reason="")
    company.act("market", "findings", page, 422, code="late", reason="到期没办。")
    company.act("market", "findings", page, code="late", reason="到期没办。", person_id=company.who)
