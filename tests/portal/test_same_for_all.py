"""The empty pages of a complaint are made once for everybody; nothing of a person is in them."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.portal.filing import WHAT, what
from tests.support.pages import CheckedClient

TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
ADDRESS = "/submit/what?how=anonymous"


@pytest.fixture
def other(app: Flask) -> Any:
    return app.test_client()


def test_two_people_get_the_same_form_each_with_a_token_of_their_own(
    town: Any, client: CheckedClient, other: CheckedClient
) -> None:
    mine, theirs = client.get(ADDRESS).text, other.get(ADDRESS).text
    assert TOKEN.sub("", mine) == TOKEN.sub("", theirs)
    assert TOKEN.findall(mine) != TOKEN.findall(theirs)
    for browser in (client, other):
        assert what(browser, "anonymous").location == "/submit/check"


def test_what_one_has_written_is_on_nobody_elses_page(town: Any, client: CheckedClient, other: CheckedClient) -> None:
    what(client, "anonymous")
    assert WHAT["story"] in client.get(ADDRESS).text
    assert "checked" in client.get("/submit/how").text
    for address in (ADDRESS, "/submit/how"):
        text = other.get(address).text
        assert not [words for words in WHAT.values() if words in text]
        assert "checked" not in text


def test_each_language_and_look_has_its_own(town: Any, client: CheckedClient, other: CheckedClient) -> None:
    for address in ("/submit/how", ADDRESS):
        assert 'lang="zh-CN"' in client.get(address).text
        other.set_cookie("huiyin_lang", "en")
        other.set_cookie("huiyin_display", "xlarge.dark")
        text = other.get(address).text
        assert '<html lang="en" data-size="xlarge" data-theme="dark">' in text
        assert "data-size" not in client.get(address).text


def test_what_is_said_once_is_said_to_one(town: Any, client: CheckedClient, other: CheckedClient) -> None:
    client.get(ADDRESS)
    with client.session_transaction(ADDRESS) as session:
        session["_flashes"] = [("done", "这句话只说一次。")]
    assert "这句话只说一次。" in client.get(ADDRESS).text
    for browser in (client, other):
        assert "这句话只说一次。" not in browser.get(ADDRESS).text


def test_a_way_that_the_rule_book_does_not_know_is_asked_again_each_time(town: Any, client: CheckedClient) -> None:
    for _round in range(2):
        assert client.get("/submit/what?how=nobody").status_code == 422
        assert client.get(ADDRESS).status_code == 200
