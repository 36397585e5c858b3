"""The database is away: an honest page that keeps what was typed, and no trace of what broke."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from shared.config import Settings
from shared.servers import free_port
from tests.support.world import STORY
from wsgi import create_app


@pytest.fixture
def stranded(settings: Settings) -> Flask:
    """An application whose database server isn't there."""
    nowhere = f"postgresql+psycopg://huiyin@127.0.0.1:{free_port()}/huiyin"
    return create_app(replace(settings, database_url=nowhere))


@pytest.mark.parametrize("address", ["/submit/what", "/track", "/at/nanxi/submit/check"])
def test_what_was_typed_comes_back(stranded: Flask, address: str) -> None:
    answer = stranded.test_client().post(address, data={"story": STORY})
    assert answer.status_code == 503
    assert STORY in answer.text
    assert "Retry-After" in answer.headers
    assert "psycopg" not in answer.text


def test_a_page_that_was_only_asked_for_says_so_too(stranded: Flask) -> None:
    assert stranded.test_client().get("/").status_code == 503


def test_a_password_is_never_shown_again(stranded: Flask) -> None:
    client = stranded.test_client()
    answer = client.post("/office/sign-in", data={"username": "x", "password": "correct horse battery staple"})
    assert answer.status_code in {400, 503}
    assert "correct horse" not in answer.text
