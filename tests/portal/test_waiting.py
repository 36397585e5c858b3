"""A crowd at the two fields: an honest 503, and a page that asks again by itself without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from shared import hash_line
from shared.db import work
from shared.models.throttle import Throttle
from tests.support import world as w
from tests.support.office import Office, open_office
from tests.support.pages import CheckedClient


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, w.township) as office:
        yield office


@contextmanager
def crowd() -> Iterator[None]:
    """Everybody who may hash or wait is there already."""
    line = hash_line.line()
    taken = [line.inside.acquire(blocking=False) for _ in range(line.places)]
    try:
        yield
    finally:
        line.inside.release(sum(taken))


def filed(town: Office) -> dict[str, str]:
    with town.app.app_context():
        made = town.world.file_case(town.app)
    return {"receipt_no": made.receipt_no, "code": made.code}


def test_the_page_keeps_the_numbers_and_comes_again_by_itself(town: Office, client: CheckedClient) -> None:
    typed = filed(town)
    with crowd():
        answer = client.send("/track", **typed)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert re.fullmatch(r"[3-6]; url=/track/again", answer.headers["Refresh"])
        assert client.get("/track/again").status_code == 503
    assert client.get("/track/again").location == "/case"
    assert client.get("/case").status_code == 200


def test_a_crowd_costs_nobody_a_try(town: Office, client: CheckedClient) -> None:
    typed = filed(town)
    with crowd():
        for _ in range(8):
            client.send("/track", **typed)
    with town.app.app_context(), work() as session:
        assert session.query(Throttle).count() == 0


def test_the_numbers_stand_in_no_address_and_not_readable_in_the_cookie(town: Office, client: CheckedClient) -> None:
    typed = filed(town)
    with crowd():
        answer = client.send("/track", **typed)
    cookie = client.get_cookie("huiyin")
    assert cookie is not None
    assert not [number for number in typed.values() if number in answer.headers["Refresh"] + cookie.value]
    assert typed["code"] not in answer.text


def test_whoever_no_longer_waits_is_forgotten(town: Office, client: CheckedClient) -> None:
    with crowd():
        client.send("/track", **filed(town))
    client.get("/track")
    assert client.get("/track/again").location == "/track"


def test_a_wrong_code_is_told_at_the_end_of_the_line(town: Office, client: CheckedClient) -> None:
    typed = filed(town) | {"code": filed(town)["code"]}
    with crowd():
        client.send("/track", **typed)
    answer = client.get("/track/again")
    assert answer.status_code == 422
    assert "没有找到相符的记录" in answer.text
    assert client.get("/track/again").location == "/track"
