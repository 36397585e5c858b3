"""R8 业主意见调查和回访制度: eight items are all that is left of the source."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain import regimes
from shared.domain.follow_up import Heard
from shared.services import answers, decisions, queries_surveys, return_visits, surveys
from shared.services.surveys import Filled
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

BOOK = regimes.parse(regimes.shipped("R8"))


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R8")


def test_each_of_the_eight_items_is_a_kind_of_complaint(app, estate):
    items = [item.code for item in BOOK.surveys[0].items]
    assert len(items) == 8
    for item in items:
        case_id = estate.file_case(app).case_id
        estate.accept(case_id, category=item)
        assert w.case_of(case_id).category == item


def test_a_ninth_item_is_no_kind_of_complaint(app, estate):
    case_id = estate.file_case(app).case_id
    call = dict(category="parking", severity="")
    assert refusal(decisions.accept, case_id, estate.actor("desk"), w.MONDAY, **call) == "category"


def test_what_the_fragment_lost_is_blank_and_keeps_the_rule_book_from_use():
    assert {gap.key for gap in BOOK.unset} == {"limits.handle.value", "surveys.owners.cadence"}
    assert not BOOK.complete


def test_the_owner_reads_how_often_the_survey_is_held_and_that_it_was_set_here(app, estate, client):
    page = client.get("/rules").get_data(as_text=True)
    assert "业主意见调查多久做一次：每半年" in page
    assert "几个工作日内答复业主：5" in page


def test_the_days_that_were_set_count_from_acceptance(app, estate):
    case_id = estate.accepted(app, w.MONDAY)
    assert clock(case_id, "handle").due_day == dt.date(2026, 9, 14)


def test_the_visitor_has_a_matter_taken_up_again_and_no_department_does(app, estate):
    case_id = estate.answered(app)
    later = w.MONDAY + w.days(1)
    call = dict(reason="灯又坏了。")
    assert refusal(answers.rehandle, case_id, estate.actor("unit_manager"), later, **call) == "no_such_case"
    answers.rehandle(case_id, estate.actor("visitor"), later, **call)
    assert w.case_of(case_id).state == "reopened"


def test_r8_01_a_visit_has_a_score_for_each_of_the_eight_items(app, estate):
    case_id, visitor = ended.closed(app, estate), estate.actor("visitor")
    eight = {str(n): 5 - n % 2 for n in range(8)}
    assert refusal(return_visits.record, case_id, visitor, w.MONDAY, Heard("face", "good")) == "score_0"
    assert return_visits.record(case_id, visitor, w.MONDAY, Heard("face", "good", scores=eight)) is False
    assert ended.visit_of(case_id).scores == eight
    asked = [ask.text for ask in estate.book.visits[0].asks]
    assert asked == [item.name for item in estate.book.surveys[0].items]
    assert len(asked) == 8


def test_r8_01_the_survey_has_eight_scored_items_and_a_cadence_that_was_set_here(app, estate):
    keys, manager, today = app.extensions["huiyin"].keys, estate.actor("manager"), w.MONDAY.date()
    made = surveys.begin(manager, w.MONDAY, code="owners", title="业主意见调查", first_day=today, last_day=today)
    items = [item.code for item in estate.book.surveys[0].items]
    for n in range(5):
        scores = dict(zip(items, (n % 5 + 1, 5, 4, 3, 2, 1, 4, 5), strict=True))
        surveys.enter(made, estate.actor("visitor"), w.MONDAY, Filled(surveys.new_form_key(keys), scores), way="form")
    found = queries_surveys.one(made, manager)
    assert [str(one.mean) for one in found.items] == ["3.0", "5.0", "4.0", "3.0", "2.0", "1.0", "4.0", "5.0"]
    [due] = queries_surveys.listed(manager).due
    assert due.rule.cadence in {"每月", "每季度", "每半年", "每年"}
    assert due.next is not None
