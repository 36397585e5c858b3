"""The citizens' zone (promises 1.5): nothing kept, nothing believed from elsewhere, everything without a script."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from shared.services import visits
from tests.support import world
from tests.support.pages import CheckedClient

POSTS = ("/track", "/submit/what", "/submit/contact", "/submit/check", "/case/answer", "/case/privacy", "/case/leave")
NOT_PAGES = {"static"}


@pytest.fixture
def inside(app: Flask, town: world.World, client: CheckedClient) -> CheckedClient:
    """A browser in which a case is open."""
    with app.app_context():
        token = visits.enter(town.file_case(app).case_id, town.institution_id, world.MONDAY)
    with client.session_transaction() as held:
        held["visit"] = token
    return client


def addresses(app: Flask) -> list[str]:
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("portal.") and "GET" in (r.methods or ())]
    bare = [r.rule for r in rules if not r.rule.startswith("/at/")]
    return [re.sub(r"<[^>]*>", "1", rule) for rule in bare]


def test_no_page_of_a_citizen_may_be_kept(app: Flask, inside: CheckedClient) -> None:
    found = addresses(app)
    assert len(found) > 25
    for address in found:
        if address != "/leave":
            assert "no-store" in inside.get(address).headers["Cache-Control"], address


def test_nothing_is_set_in_a_browser_that_only_reads(app: Flask, town: world.World) -> None:
    fresh = app.test_client()
    for address in ("/", "/help", "/privacy", "/rules", "/stats", "/notices", "/submit/how", "/accessibility"):
        assert fresh.get(address).headers.getlist("Set-Cookie") == [], address


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize(
    "sent",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
    ids=["cross-site", "same-site", "other-origin"],
)
def test_form_from_elsewhere_is_refused(inside: CheckedClient, address: str, sent: dict[str, str]) -> None:
    assert inside.post(address, data={}, headers=sent).status_code == 400


def test_own_form_passes_whatever_a_browser_says_of_itself(inside: CheckedClient) -> None:
    page = inside.get("/track").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "receipt_no": "1", "code": "2"}
    for sent in ({}, {"Origin": "null"}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}):
        assert inside.post("/track", data=form, headers=sent).status_code == 422


def test_pages_need_no_script_and_no_picture(app: Flask, inside: CheckedClient) -> None:
    for address in addresses(app):
        text = inside.get(address).text
        assert "data:image" not in text, address
        assert "<img" not in text, address
        assert not re.search(r'href="javascript:|<noscript', text), address


def test_way_out_forgets_the_visit_and_clears_the_browser(inside: CheckedClient) -> None:
    gone = inside.get("/leave")
    assert gone.status_code == 303
    assert gone.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "no-store" in gone.headers["Cache-Control"]
    assert inside.get("/case").status_code == 410
