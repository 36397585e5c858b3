"""R16 地产公司投诉管理制度: principles without numbers; the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import may_see_case
from shared.services import answers, decisions, regime_settings
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

CONDITIONS = "acceptance.tests.conditions.name"


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R16")


@pytest.fixture
def raw(db, monkeypatch: pytest.MonkeyPatch) -> rw.RegimeWorld:
    """The company before anybody has set what the source only asks for."""
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    return rw.of("R16")


def fill(place: rw.RegimeWorld, key: str, value: str) -> None:
    given = dict(key=key, value=value, reason="会议决定。", since=w.MONDAY.date())
    regime_settings.set_blank(place.actor("system_admin"), w.MONDAY, **given)


def test_r16_01_it_is_filed_at_once_under_a_number_by_the_one_office(app, company):
    receipt = company.file_case(app)
    assert (receipt.register_no, w.case_of(receipt.case_id).received_at) == ("临置投〔2026〕0001号", w.MONDAY)
    accept = dict(category="sale", severity="")
    for role in ("dept_head", "dept"):
        assert refusal(decisions.accept, receipt.case_id, company.actor(role), w.MONDAY, **accept) == "no_such_case"


def test_r16_02_the_rule_must_state_time_and_conditions_before_anybody_is_heard(app, raw):
    assert {(b.key, b.row) for b in raw.book.unset} == {("limits.finish.value", "R16.02"), (CONDITIONS, "R16.02")}
    fill(raw, "limits.finish.value", "10")
    assert refusal(raw.file_case, app) == "regime_incomplete"
    assert refusal(fill, raw, CONDITIONS, " ") == "value"
    fill(raw, CONDITIONS, "事情和本公司的项目有关")
    assert raw.file_case(app).register_no


def test_r16_02_the_time_that_was_set_is_counted(app, company):
    case_id = company.accepted(app)
    # Sunday 09-20 is a make-up working day: ten working days after Monday 09-07
    assert clock(case_id, "finish").due_day == dt.date(2026, 9, 20)


def test_r16_02_ways_conditions_posts_and_time_stand_on_one_public_page(app, company, client):
    page = client.get("/rules").get_data(as_text=True)
    for words in ("接受条件：事情和本公司的项目有关，说得清楚", "投诉受理岗", "10 个工作日", "电话", "电子邮件"):
        assert words in page


def test_r16_03_the_procedure_is_public_and_drawn(app, company, client):
    page = client.get("/rules").get_data(as_text=True)
    assert 'class="flow"' in page
    assert all(stage.name in page for stage in company.book.stages)


def test_r16_06_the_file_is_kept_by_the_office_alone(app, company):
    case_id = company.answered(app)
    answers.close(case_id, company.actor("desk"), w.MONDAY)
    assert refusal(answers.archive, case_id, company.actor("dept_head"), w.MONDAY) == "no_such_case"
    answers.archive(case_id, company.actor("desk"), w.MONDAY)
    assert w.case_of(case_id).archived_at == w.MONDAY


def test_r16_06_a_department_never_sees_the_file(app, company):
    company.signed(app)
    assert not may_see_case(company.actor("dept"), company.cast.institution_id)
