"""A complaint being written and a case being looked up in one browser: nothing is dropped before the page says so."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import html

from shared.services.intake import Receipt
from tests.support import world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
WRITTEN = "办事窗口的公示栏半年没有更新，问了几次都没有人管。"


@pytest.fixture
def filed(app: Flask, town: world.World) -> Receipt:
    with app.app_context():
        return town.file_case(app, NOW)


def write(client: CheckedClient) -> None:
    answer = client.send("/submit/what?how=anonymous", respondent="财政所", story=WRITTEN)
    assert answer.status_code == 303


def enter(client: CheckedClient, receipt: Receipt):
    return client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)


def test_the_page_says_so_and_leads_back_to_where_one_was(client: CheckedClient, filed: Receipt) -> None:
    write(client)
    page = client.get("/track").text
    assert "没有提交的内容会清除" in page
    back = html.fromstring(page).xpath("//main//a[normalize-space()='回去继续填写']/@href")[0]
    assert WRITTEN in client.get(back).text


def test_who_sends_the_form_of_that_page_knew_what_is_dropped(client: CheckedClient, filed: Receipt) -> None:
    write(client)
    assert enter(client, filed).location == "/case"
    assert WRITTEN not in client.get("/submit/check").text


def test_a_draft_begun_in_another_tab_is_not_dropped_unsaid(client: CheckedClient, filed: Receipt) -> None:
    form = html.fromstring(client.get("/track").text).xpath("//main//form")[0]
    held = dict(form.form_values()) | {"receipt_no": filed.receipt_no, "code": filed.code}
    write(client)
    answer = client.post("/track", data=held)
    assert answer.status_code == 409
    assert filed.receipt_no in answer.text
    assert "没有提交的内容会清除" in answer.text
    assert WRITTEN in client.get("/submit/check").text


def test_a_wrong_code_drops_nothing(client: CheckedClient, filed: Receipt) -> None:
    write(client)
    assert client.send("/track", receipt_no=filed.receipt_no, code="1234").status_code == 422
    assert WRITTEN in client.get("/submit/check").text


def test_without_a_draft_nothing_is_asked(client: CheckedClient, filed: Receipt) -> None:
    page = client.get("/track").text
    assert "回去继续填写" not in page
    assert 'name="drop"' not in page
    assert enter(client, filed).location == "/case"
