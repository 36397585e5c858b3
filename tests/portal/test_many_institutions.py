"""With an institution for every rule book the front door stays readable, and the demo's sign-ins can be found."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Browser

from shared.demo import small
from shared.domain import regimes
from shared.services import queries_portal
from tests.support import world as w
from tests.support.axe import eyes_of, faults
from tests.support.pages import CheckedClient

SAMPLES = [book.sample for book in map(regimes.of_text, map(regimes.shipped, regimes.codes())) if book.sample]


@pytest.fixture
def many(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A demo with every rule book's made-up institution."""
    with app.app_context():
        for code in regimes.codes():
            if regimes.of_text(regimes.shipped(code)).sample:
                small.engage(code, w.MONDAY, w._hash())
    queries_portal.forget()
    state = app.extensions["huiyin"]
    demo = dataclasses.replace(state.settings, env="demo")
    monkeypatch.setitem(app.extensions, "huiyin", dataclasses.replace(state, settings=demo))
    return app


def offered(client: CheckedClient, words: str = "") -> list[str]:
    page = html.fromstring(client.get("/", query_string={"q": words} if words else {}).text)
    return [str(one) for one in page.xpath("//ul[contains(@class, 'cols')]/li/a/@href")]


def test_all_institutions_are_listed_and_found_by_name_or_matter(many: Flask, client: CheckedClient):
    assert offered(client) == [f"/at/{one.slug}" for one in SAMPLES]
    hospitals = [f"/at/{one.slug}" for one in SAMPLES if "医院" in one.institution]
    assert offered(client, "医院") == hospitals
    assert offered(client, "医院 收费投诉") == [one for one in hospitals if one in offered(client, "收费投诉")]
    assert len(offered(client, "医院 收费投诉")) < len(hospitals)


def test_words_that_nothing_fits_lead_back_to_the_whole_list(many: Flask, client: CheckedClient):
    text = client.get("/", query_string={"q": "没有这样的地方\x00"}).text
    assert "没有找到这样的机构" in text
    assert 'href="/">看全部机构' in text


def test_few_institutions_need_no_search(app: Flask, client: CheckedClient):
    with app.app_context():
        w.township()
        w.county()
    queries_portal.forget()
    assert 'role="search"' not in client.get("/").text


def test_the_demo_sign_ins_stand_by_institution_with_the_first_one_open(many: Flask, client: CheckedClient):
    page = html.fromstring(client.get("/office/sign-in").text)
    places = page.xpath("//details[@class='place']")
    assert [one.xpath("string(summary)") for one in places] == [one.institution + one.office for one in SAMPLES]
    assert [one.get("open") is not None for one in places] == [True, *[False] * (len(SAMPLES) - 1)]
    assert all(one.xpath(".//code") for one in places)


@pytest.mark.parametrize("width", [1366, 375])
@pytest.mark.parametrize("address", ["/", "/office/sign-in"])
def test_both_pages_fit_the_screen(many: Flask, live: str, chromium: Browser, address: str, width: int):
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(live + address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, eyes_of(chromium)) == []
    page.close()
