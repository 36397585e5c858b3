"""What holds for every address of the application."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

OPEN = {"office.sign_in", "office.sign_in_second", "office.first_password"}
METHODS = ("GET", "POST")


def filled(rule: Rule) -> str:
    """The rule's address with a number for every number and a word for every word."""
    wanted = rule.arguments - set(rule.defaults or ())
    values = {a: 1 if type(rule._converters[a]).__name__ == "IntegerConverter" else "open" for a in wanted}
    built = rule.build(values)
    assert built is not None
    return built[1]


def rules(app: Flask, surface: str) -> list[tuple[str, str]]:
    """Endpoint and address of every page of a surface."""
    return [(r.endpoint, filled(r)) for r in app.url_map.iter_rules() if r.endpoint.startswith(f"{surface}.")]


@pytest.mark.parametrize("method", METHODS)
def test_every_office_page_sends_strangers_to_the_sign_in(app: Flask, client: FlaskClient, method: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for endpoint, address in rules(app, "office"):
            if endpoint not in OPEN:
                answer = client.open(address, method=method)
                assert answer.status_code in {303, 405}, address
                assert answer.status_code == 405 or "/office/sign-in" in answer.headers["Location"], address
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_every_post_without_a_token_is_refused(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint != "static":
            assert client.post(filled(rule)).status_code in {303, 400, 404}, rule.rule


def test_no_address_fails_on_an_empty_database(app: Flask, client: FlaskClient) -> None:
    for _, address in rules(app, "portal"):
        assert client.get(address).status_code < 500, address


def test_addresses_are_words_with_hyphens(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        plain = rule.rule.split("<")[0]
        assert "_" not in plain, rule.rule
        assert plain == plain.lower(), rule.rule
