"""The pages of surveys: begin one, type in paper, read the results, download them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from shared import clock
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient

FORM = "//main//form"
EIGHT = ("power", "water", "safety", "cleaning", "green", "facilities", "repairs", "attitude")


@pytest.fixture
def manager(app: Flask, client: CheckedClient) -> Iterator[CheckedClient]:
    with clock.frozen(w.MONDAY):
        with app.app_context():
            slug = rw.of("R8").book.sample.slug  # type: ignore[union-attr]
        client.send("/office/sign-in", username=f"{slug}-manager", password=w.PASSWORD)
        yield client


def begun(client: CheckedClient, **more: str) -> str:
    facts = {"code": "owners", "title": "第三季度业主意见调查", "first_day": "2026-09-07", "last_day": "2026-09-30"}
    answer = client.send("/office/surveys/new", form=FORM, **(facts | more))
    return answer.location if answer.status_code == 303 else str(answer.status_code)


def test_a_campaign_is_begun_and_five_papers_give_means_with_bars(manager: CheckedClient) -> None:
    page = begun(manager)
    for n in range(5):
        assert "不到 5 份" in manager.get(page).text
        scores = {f"score_{item}": str(3 + n % 3) for item in EIGHT}
        assert manager.send(f"{page}/enter", form=FORM, visit_way="form", **scores).status_code == 303
    text = manager.get(page).text
    assert "3.8" in text
    assert "<rect" in text
    assert "发放调查表：5" in text
    assert "供电管理,3.8,5" in manager.get(f"{page}/results.csv").text
    assert "5 份" in manager.get("/office/surveys").text


def test_the_list_names_the_cadence_and_the_next_day(manager: CheckedClient) -> None:
    assert "还没有做过" in manager.get("/office/surveys").text
    begun(manager)
    assert "下一次在" in manager.get("/office/surveys").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "长" * 61},
        {"last_day": "2026-09-06"},
        {"last_day": "2026-13-40"},
        {"first_day": "9999-99-99"},
        {"code": "\x00"},
    ],
)
def test_what_is_wrong_with_a_new_one_is_said(manager: CheckedClient, wrong: dict[str, str]) -> None:
    assert begun(manager, **wrong) == "422"


def test_paper_without_a_way_or_a_score_is_not_taken(manager: CheckedClient) -> None:
    page = begun(manager)
    assert manager.send(f"{page}/enter", form=FORM, visit_way="online", score_power="3").status_code == 422
    assert manager.send(f"{page}/enter", form=FORM, visit_way="form").status_code == 422
    assert manager.send(f"{page}/enter", form=FORM, visit_way="form", score_power="9" * 50).status_code == 422


def test_ending_it_makes_today_the_last_day(manager: CheckedClient) -> None:
    page = begun(manager)
    assert "/survey/" in manager.get(page).text
    assert manager.send(page, form=FORM).status_code == 303
    assert "9月7日（周一）至9月7日（周一）" in manager.get(page).text


def test_a_rule_book_without_surveys_says_so(app: Flask, client: CheckedClient) -> None:
    with clock.frozen(w.MONDAY):
        with app.app_context():
            town = w.township()
        client.send("/office/sign-in", username=town.usernames["chief"], password=w.PASSWORD)
        assert "本机构的制度没有调查" in client.get("/office/surveys/new").text
        assert "/office/surveys" not in client.get("/office/").text
