"""The pages of return visits: the list, the step in the rule book's words, what a quarter tells, who may look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html

from shared import clock
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient

PHONE = str(ended.NAMED["contact"]["phone"])


@pytest.fixture
def closed(app: Flask) -> Iterator[int]:
    with clock.frozen(w.MONDAY):
        with app.app_context():
            case_id = ended.closed(app, rw.of("R8"))
        yield case_id


@pytest.fixture
def visitor(client: CheckedClient, closed: int) -> CheckedClient:
    return signed_in(client, "visitor")


def signed_in(client: CheckedClient, role: str) -> CheckedClient:
    slug = rw.small.regimes.of_text(rw.small.text_of("R8")).sample.slug  # type: ignore[union-attr]
    assert client.send("/office/sign-in", username=f"{slug}-{role}", password=w.PASSWORD).status_code == 303
    return client


def answers(level: str, **more: str) -> dict[str, str]:
    return {f"score_{n}": "4" for n in range(8)} | {"visit_way": "face", "level": level} | more


def test_what_is_owed_stands_in_the_list_without_anybodys_number(visitor: CheckedClient, closed: int) -> None:
    page = visitor.get("/office/visits").text
    assert f"/office/case/{closed}/visit" in page
    assert PHONE not in page
    assert "9月10日" in page


def test_a_visit_is_recorded_and_moves_to_the_other_list(visitor: CheckedClient, closed: int) -> None:
    address = f"/office/case/{closed}/visit"
    assert visitor.send(address, **answers("good", comment="楼道亮了。")).status_code == 303
    assert str(closed) not in html.fromstring(visitor.get("/office/visits").text).xpath("//main//tbody//a/@href")
    assert "满意" in visitor.get("/office/visits?show=done").text
    book = visitor.get(f"/office/case/{closed}/visits").text
    assert "楼道亮了。" in book
    assert "供电管理" in book


def test_what_is_missing_is_said_and_the_typed_words_stay(visitor: CheckedClient, closed: int) -> None:
    answer = visitor.send(f"/office/case/{closed}/visit", visit_way="face", comment="楼道亮了。")
    assert answer.status_code == 422
    assert "楼道亮了。" in answer.text


def test_nobody_reached_is_a_press_away(visitor: CheckedClient, closed: int) -> None:
    assert visitor.send(f"/office/case/{closed}/miss_visit", form="//main//form").status_code == 303
    assert "1 次" in visitor.get("/office/visits").text
    assert "9月8日" in visitor.get("/office/visits").text


@pytest.mark.parametrize("score", ["0", "6", "9" * 30, "\x00", "五", "-1"])
def test_a_score_that_is_none_is_refused(visitor: CheckedClient, closed: int, score: str) -> None:
    answer = visitor.send(f"/office/case/{closed}/visit", **answers("good", score_3=score))
    assert answer.status_code == 422


@pytest.mark.parametrize("where", ["?page=0", "?page=" + "9" * 40, "?page=%00", "?show=%00", "?show=done&page=-1"])
def test_a_hostile_address_opens_the_list(visitor: CheckedClient, where: str) -> None:
    assert visitor.get("/office/visits" + where).status_code == 200


def test_a_quarter_is_told_with_bars_and_as_a_file(visitor: CheckedClient, closed: int) -> None:
    visitor.send(f"/office/case/{closed}/visit", **answers("good"))
    page = visitor.get("/office/visits/analysis").text
    assert "不到 5 份，不计算" in page
    assert "2026 年第 3 季度" in page
    assert "1 件" in page
    lines = visitor.get("/office/visits/analysis.csv?quarter=2026-07").text.splitlines()
    assert "满意度,满意,1" in lines
    assert visitor.get("/office/visits/analysis?quarter=2026-04").text.count("这个季度没有回访") == 1


def test_the_book_hangs_on_the_case_page_and_who_may_not_see_it_gets_none(client: CheckedClient, closed: int) -> None:
    page = signed_in(client, "manager").get(f"/office/case/{closed}").text
    assert f"/office/case/{closed}/visits" in page


def test_the_citizen_reads_that_somebody_asked(app: Flask, client: CheckedClient) -> None:
    with clock.frozen(w.MONDAY):
        with app.app_context():
            place = rw.of("R8")
            receipt = place.file_case(app, **ended.NAMED)
            place.accept(receipt.case_id)
            ended.answers.answer_at_once(receipt.case_id, place.as_("intake"), w.MONDAY, rw.TOLD)
        signed_in(client, "visitor").send(f"/office/case/{receipt.case_id}/visit", **answers("good"))
        client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)
        assert "我们回访了您" in client.get("/case").text
