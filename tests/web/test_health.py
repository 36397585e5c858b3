"""What machines may ask: whether the process lives and can work. It names parts, never versions, never anybody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text

from shared.config import Settings
from shared.db import db, work
from shared.servers import free_port
from wsgi import create_app


def parts(answer) -> dict[str, str]:
    return dict(line.split(" ") for line in answer.text.splitlines())


def test_a_process_that_can_work_says_so_part_by_part(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert parts(answer) == {"database": "ok", "schema": "fits", "keys": "ok", "redis": "ok"}
    assert not re.search(r"\d", answer.text + client.get("/healthz").text)


def test_without_redis_it_is_ready_and_says_what_is_slower(app: Flask, client: FlaskClient) -> None:
    known = app.extensions["huiyin"]
    app.extensions["huiyin"] = replace(known, redis=Redis.from_url("unix:///nowhere/socket"))
    try:
        answer = client.get("/readyz")
    finally:
        app.extensions["huiyin"] = known
    assert (answer.status_code, parts(answer)["redis"]) == (200, "degraded")


@pytest.mark.parametrize(("found", "said", "status"), [("0001", "older", 503), ("9999_next", "newer", 200)])
def test_a_schema_that_is_too_old_is_not_ready_a_newer_one_is(
    app: Flask, client: FlaskClient, found: str, said: str, status: int
) -> None:
    with app.app_context(), work() as session:
        head = session.scalar(text("select version_num from alembic_version"))
        session.execute(text("update alembic_version set version_num = :found"), {"found": found})
    try:
        answer = client.get("/readyz")
    finally:
        with app.app_context(), work() as session:
            session.execute(text("update alembic_version set version_num = :head"), {"head": head})
    assert (answer.status_code, parts(answer)["schema"]) == (status, said)


def test_without_a_database_it_lives_and_is_not_ready(settings: Settings) -> None:
    nowhere = f"postgresql+psycopg://huiyin@127.0.0.1:{free_port()}/huiyin"
    stranded = create_app(replace(settings, database_url=nowhere)).test_client()
    assert stranded.get("/healthz").status_code == 200
    answer = stranded.get("/readyz")
    assert (answer.status_code, parts(answer)["database"]) == (503, "away")
    assert "psycopg" not in answer.text


def test_a_page_that_fails_gives_a_reference_that_stands_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = f"postgresql+psycopg://huiyin@127.0.0.1:{free_port()}/huiyin"
    answer = create_app(replace(settings, database_url=nowhere)).test_client().get("/")
    shown = re.search(r"<code>([0-9a-f]{8})</code>", answer.text)
    assert shown
    assert [r.args for r in caplog.records if "reference" in str(r.msg)] == [(shown[1],)]


def test_asking_opens_no_session_and_writes_nothing(app: Flask, client: FlaskClient) -> None:
    answers = [client.get(path) for path in ("/healthz", "/readyz")]
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    with app.app_context():
        assert not db.session.new
