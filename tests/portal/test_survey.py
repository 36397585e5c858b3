"""A survey's public page: open to anybody with the link, once for each form, in words, whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared import clock
from shared.db import work
from shared.models.survey import Survey, SurveyAnswer
from shared.services import surveys
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient

FORM = "//main//form"


@pytest.fixture
def link(app: Flask) -> Iterator[str]:
    today = w.MONDAY.date()
    with clock.frozen(w.MONDAY):
        with app.app_context():
            facts = {"code": "owners", "title": "第三季度业主意见调查", "first_day": today, "last_day": today}
            made = surveys.begin(rw.of("R8").actor("manager"), w.MONDAY, **facts)
            with work() as session:
                token = session.scalar(select(Survey.token).where(Survey.id == made))
        yield f"/survey/{token}"


def answers(app: Flask) -> int:
    with app.app_context(), work() as session:
        return session.scalar(select(func.count(SurveyAnswer.id))) or 0


def test_a_form_without_script_leads_to_a_word_of_thanks(app: Flask, client: CheckedClient, link: str) -> None:
    page = client.get(link).text
    assert "供电管理" in page
    assert "不问您是谁" in page
    answer = client.send(link, form=FORM, score_power="4", score_attitude="5", comment="电梯快多了。")
    assert (answer.status_code, answer.location.endswith("/thanks")) == (303, True)
    assert "谢谢您" in client.get(answer.location).text
    assert answers(app) == 1


def test_nothing_chosen_is_said_and_what_was_typed_stays(app: Flask, client: CheckedClient, link: str) -> None:
    answer = client.send(link, form=FORM, comment="电梯快多了。")
    assert answer.status_code == 422
    assert "请至少给一项打分" in answer.text
    assert "电梯快多了。" in answer.text
    assert answers(app) == 0


@pytest.mark.parametrize("score", ["6", "0", "9" * 400, "\x00", "一", "-3", "4.5"])
def test_a_hostile_score_is_refused_and_never_a_fault(app: Flask, client: CheckedClient, link: str, score: str) -> None:
    assert client.send(link, form=FORM, score_power=score).status_code == 422
    assert answers(app) == 0


@pytest.mark.parametrize("key", ["", "x.y", "\x00", "长" * 5000])
def test_a_forged_form_key_is_refused(app: Flask, client: CheckedClient, link: str, key: str) -> None:
    assert client.send(link, form=FORM, score_power="4", form_key=key).status_code == 422
    assert answers(app) == 0


@pytest.mark.parametrize("token", ["x", "0" * 22, "%00", "a" * 3000])
def test_an_unknown_link_is_not_found(client: CheckedClient, link: str, token: str) -> None:
    assert client.get(f"/survey/{token}").status_code == 404


def test_after_its_days_the_page_says_so(client: CheckedClient, link: str) -> None:
    with clock.frozen(w.MONDAY + w.days(1)):
        assert "现在不收" in client.get(link).text


def test_the_page_speaks_english(client: CheckedClient, link: str) -> None:
    client.get("/language?to=en")
    assert client.get(link).status_code == 200


def test_answering_starts_no_visit_and_sets_no_name(client: CheckedClient, link: str) -> None:
    client.send(link, form=FORM, score_power="4")
    with client.session_transaction() as held:
        assert "visit" not in held
