"""The pages around the filing: front door, rules, explanations, display, language."""

from typing import Any

import pytest
from flask import Flask

from shared import clock
from shared.domain import regimes as books
from shared.domain.phones import is_mobile, read_phone
from shared.services import calendars, queries_portal, regimes
from tests.support import world
from tests.support.pages import CheckedClient


@pytest.fixture
def both(app: Flask) -> Any:
    for part in (queries_portal, calendars, regimes):
        part.forget()
    with app.app_context():
        made = world.township(), world.county()
    with clock.frozen(world.MONDAY):  # outside the context: requests that share one would share what is known in it
        yield made


@pytest.mark.usefixtures("both")
def test_front_door_of_several_institutions_asks_which_one(client: CheckedClient) -> None:
    text = client.get("/").text
    assert 'href="/at/nanxi"' in text
    assert 'href="/at/county"' in text
    assert 'href="/at/nanxi/submit/how"' in client.get("/at/nanxi").text


@pytest.mark.usefixtures("both")
def test_page_of_no_institution_leads_to_the_choice(client: CheckedClient) -> None:
    for address in ("/submit/how", "/rules", "/submit/what?how=anonymous"):
        assert client.get(address).location == "/"
    assert client.get("/at/nowhere").status_code == 404


@pytest.mark.usefixtures("both")
def test_complaint_stays_with_the_institution_it_was_begun_at(client: CheckedClient) -> None:
    begun = {"respondent": "财政所", "story": world.STORY}
    assert client.send("/at/nanxi/submit/what?how=anonymous", **begun).location == "/at/nanxi/submit/check"
    assert client.get("/at/county/submit/check").status_code == 410
    assert client.get("/at/nanxi/submit/check").status_code == 200


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(("slug", "code"), [("nanxi", "R2"), ("county", "R5")])
def test_rules_page_states_every_clause_limit_and_role(client: CheckedClient, slug: str, code: str) -> None:
    book = books.parse(books.shipped(code))
    text = client.get(f"/at/{slug}/rules").text
    said = [c.text for c in [*book.clauses, *book.silent]] + [r.name for r in [*book.limits, *book.roles]]
    assert [one for one in said if one not in text] == []
    assert all(row.row in text for row in [*book.limits, *book.clauses])


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("name", ["help", "privacy", "accessibility", "display"])
def test_explaining_page_is_there_with_and_without_an_institution(client: CheckedClient, name: str) -> None:
    assert client.get(f"/{name}").status_code == 200
    assert "0" in client.get(f"/at/county/{name}").text


@pytest.mark.usefixtures("both")
def test_display_choice_is_kept_and_leads_back(client: CheckedClient) -> None:
    chosen = client.get("/display?size=xlarge&theme=dark&back=/at/nanxi/rules")
    assert chosen.location == "/at/nanxi/rules"
    text = client.get("/at/nanxi/rules").text
    assert 'data-size="xlarge" data-theme="dark"' in text
    assert client.get("/display?size=huge&theme=dark").status_code == 422


@pytest.mark.usefixtures("both")
def test_language_switches_and_leads_back_to_the_same_page(client: CheckedClient) -> None:
    back = client.get("/language?lang=en&back=/at/nanxi/submit/what?how=named")
    assert back.location == "/at/nanxi/submit/what?how=named"
    assert '<html lang="en"' in client.get("/at/nanxi").text
    client.get("/language")
    assert '<html lang="zh-CN"' in client.get("/at/nanxi").text


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    "back",
    ["//evil.example/", "https://evil.example/help", "/\\evil.example", "/office/", "/leave", "/language", "x", ""],
)
def test_way_back_never_leaves_the_public_pages(client: CheckedClient, back: str) -> None:
    assert client.get("/language", query_string={"back": back}).location == "/"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("１３９ 0000-1234", "13900001234"),
        ("+86 139 0000 1234", "13900001234"),
        ("8613900001234", "13900001234"),
        ("(0871) 1234 5678", "087112345678"),
        ("+86 871 1234 5678", "087112345678"),
        ("6543210", "6543210"),
        ("400-800-1234", "4008001234"),
        ("+852 2345 6789", "+85223456789"),
        ("12", ""),
        ("139000012345678", ""),
        ("打不通", ""),
        ("٣٣٣٣٣٣٣", ""),
    ],
)
def test_telephone_number_is_read_however_it_is_typed(typed: str, read: str) -> None:
    assert read_phone(typed) == read
    assert is_mobile(read_phone(typed)) == read.startswith("139")
