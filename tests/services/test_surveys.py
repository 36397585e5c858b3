"""Surveys: a campaign from the rule book, one answer a form, nothing told of fewer than five, nobody to be found."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.models.survey import Survey, SurveyAnswer
from shared.services import queries_surveys, surveys
from shared.services.surveys import Filled
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal

TODAY = w.MONDAY.date()


@pytest.fixture
def keys(app):
    return app.extensions["huiyin"].keys


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R8")


def begun(estate, **more) -> int:
    facts = {"code": "owners", "title": "第三季度业主意见调查", "first_day": TODAY, "last_day": TODAY + w.days(14)}
    return surveys.begin(estate.actor("manager"), w.MONDAY, **(facts | more))


def token_of(survey_id: int) -> str:
    with work() as session:
        return str(session.scalar(select(Survey.token).where(Survey.id == survey_id)))


def answered(keys, survey_id: int, score: int = 4, comment: str = "", now: dt.datetime = w.MONDAY) -> str:
    form = surveys.new_form_key(keys)
    scores = {
        item: score for item in ("power", "water", "safety", "cleaning", "green", "facilities", "repairs", "attitude")
    }
    surveys.answer(keys, token_of(survey_id), now, Filled(form, scores, comment))
    return form


def test_a_campaign_asks_what_the_rule_book_asks(estate, keys):
    found = queries_surveys.one(begun(estate), estate.actor("manager"))
    assert [item.name for item in found.items] == [item.name for item in estate.book.surveys[0].items]
    assert found.survey.scale == 5


def test_nothing_is_told_before_five_have_answered_and_then_in_fives(estate, keys):
    survey, reader = begun(estate), estate.actor("manager")
    told = []
    for n in range(11):
        answered(keys, survey, 5 if n % 2 else 3, comment=f"第{n}份" if n == 2 else "")
        found = queries_surveys.one(survey, reader)
        told.append((found.total, found.shown, str(found.items[0].mean), len(found.comments)))
    assert told[3] == (4, 0, "None", 0)
    assert told[4] == (5, 5, "3.8", 1)
    assert told[8] == (9, 5, "3.8", 1)
    assert told[9] == (10, 10, "4.0", 1)


def test_an_item_that_few_have_scored_has_no_mean(estate, keys):
    survey = begun(estate)
    for n in range(5):
        scores = {"power": 4} | ({"water": 2} if n < 4 else {})
        surveys.answer(keys, token_of(survey), w.MONDAY, Filled(surveys.new_form_key(keys), scores))
    power, water, *_rest = queries_surveys.one(survey, estate.actor("manager")).items
    assert (str(power.mean), power.given) == ("4.0", 5)
    assert (water.mean, water.given) == (None, 4)


def test_the_same_form_sent_twice_is_one_answer(estate, keys):
    survey = begun(estate)
    filled = Filled(surveys.new_form_key(keys), {"power": 5})
    for _ in range(3):
        surveys.answer(keys, token_of(survey), w.MONDAY, filled)
    assert queries_surveys.one(survey, estate.actor("manager")).total == 1


@pytest.mark.parametrize("form", ["", "x", "x.y", "." * 40, "\x00.\x00"])
def test_a_form_that_was_not_made_here_is_refused(estate, keys, form):
    assert refusal(surveys.answer, keys, token_of(begun(estate)), w.MONDAY, Filled(form, {"power": 5})) == "form_old"


@pytest.mark.parametrize(
    ("scores", "said"),
    [({}, "items"), ({"power": 6}, "score_power"), ({"nothing": 3}, "items"), ({"power": -1}, "score_power")],
)
def test_an_answer_has_a_score_within_the_scale(estate, keys, scores, said):
    filled = Filled(surveys.new_form_key(keys), scores)
    assert refusal(surveys.answer, keys, token_of(begun(estate)), w.MONDAY, filled) == said


def test_outside_its_days_nothing_is_taken(estate, keys):
    survey = begun(estate, first_day=TODAY + w.days(1), last_day=TODAY + w.days(2))
    for days in (0, 3):
        filled = Filled(surveys.new_form_key(keys), {"power": 5})
        assert refusal(surveys.answer, keys, token_of(survey), w.MONDAY + w.days(days), filled) == "survey_over"


def test_ending_makes_today_the_last_day(estate, keys):
    survey, manager = begun(estate), estate.actor("manager")
    surveys.end(survey, manager, w.MONDAY)
    answered(keys, survey)
    later = Filled(surveys.new_form_key(keys), {"power": 5})
    assert refusal(surveys.answer, keys, token_of(survey), w.MONDAY + w.days(1), later) == "survey_over"


def test_a_machine_is_stopped_after_so_many_on_a_day(estate, keys, monkeypatch):
    monkeypatch.setattr(surveys, "MOST_A_DAY", 2)
    survey = begun(estate)
    answered(keys, survey)
    answered(keys, survey)
    filled = Filled(surveys.new_form_key(keys), {"power": 5})
    assert refusal(surveys.answer, keys, token_of(survey), w.MONDAY, filled) == "survey_full"
    answered(keys, survey, now=w.MONDAY + w.days(1))


def test_an_answer_holds_a_day_and_nothing_of_who_gave_it(estate, keys):
    survey = begun(estate)
    answered(keys, survey)
    columns = set(SurveyAnswer.__table__.columns.keys())
    assert columns == {"id", "survey_id", "form_key", "way", "scores", "comment", "day", "entered_by", "seal_mark"}
    with work() as session:
        row = session.scalars(select(SurveyAnswer)).one()
        assert (row.day, row.entered_by) == (TODAY, None)


def test_what_came_on_paper_is_typed_in_by_name_and_never_as_online(estate, keys):
    survey, visitor = begun(estate), estate.actor("visitor")
    filled = Filled(surveys.new_form_key(keys), {"power": 2})
    assert refusal(surveys.enter, survey, visitor, w.MONDAY, filled, way="online") == "visit_way"
    surveys.enter(survey, visitor, w.MONDAY, filled, way="form")
    with work() as session:
        assert session.scalars(select(SurveyAnswer)).one().entered_by == visitor.person_id


def test_nobody_else_begins_reads_or_fills_a_campaign(estate, keys):
    survey, staff = begun(estate), estate.actor("unit_staff")
    filled = Filled(surveys.new_form_key(keys), {"power": 2})
    assert refusal(surveys.enter, survey, staff, w.MONDAY, filled, way="form") == "not_yours"
    assert refusal(queries_surveys.one, survey, staff) == "not_yours"
    assert refusal(queries_surveys.listed, staff) == "not_yours"
    other = rw.of("R12").actor("manager")
    assert refusal(queries_surveys.one, survey, other) == "no_such_case"
    assert refusal(surveys.end, survey, other, w.MONDAY) == "no_such_case"


def test_the_list_says_when_the_next_one_is_due(estate):
    begun(estate)
    [due] = queries_surveys.listed(estate.actor("manager")).due
    months = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}[due.rule.cadence]
    assert due.next == dt.date(2026 + (9 + months > 12), (9 + months - 1) % 12 + 1, 7)
