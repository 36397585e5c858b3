"""R4: the database stops in the middle of a form; nothing typed is lost, and the same form sent again counts once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from lxml import html
from sqlalchemy import event, func, select

from shared import clock
from shared.config import ROOT, Settings
from shared.db import db
from shared.models.case import Case
from shared.models.event import Event
from shared.services import calendars, queries_portal, regimes
from tests.support import postgres, world
from tests.support.pages import CheckedClient
from wsgi import create_app

SQLITE = os.environ.get("HUIYIN_TEST_DATABASE", "sqlite") == "sqlite"
# SQLite is never away, but another program may hold its file; in the middle of our own transaction nobody can.
MOMENTS = ("before",) if SQLITE else ("before", "insert into event", "insert into outbox", "commit")
TYPED = "窗口的取号机从上周起一直不能用，排了三个上午的队也没有办成，希望尽快修好。"


@dataclass
class Place:
    """An application on a database that can be stopped and started."""

    app: Flask
    stop: Callable[[], None]
    start: Callable[[], None]


@contextmanager
def held_file(path: Path) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """An SQLite file and another program that locks it for as long as it likes."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        yield f"sqlite:///{path}", lambda: bool(other.execute("begin immediate")), lambda: other.rollback()


@contextmanager
def own_server() -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    with postgres.stoppable() as server:
        yield server.url, server.stop, server.start


@pytest.fixture(scope="module")
def place(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("stops")
    forget()
    with held_file(folder / "own.sqlite") if SQLITE else own_server() as (url, stop, start):
        app = create_app(replace(settings, database_url=url))
        app.test_client_class = CheckedClient
        with app.app_context():
            if SQLITE:
                event.listen(db.engine, "connect", lambda connection, _: connection.execute("pragma busy_timeout=300"))
            upgrade(directory=str(ROOT / "migrations"))
        yield Place(app, stop, start)
        with app.app_context():
            db.engine.dispose()
    forget()


@pytest.fixture
def town(place: Place) -> Iterator[world.World]:
    with place.app.app_context():
        made = TOWNS[0] if TOWNS else world.township()
    TOWNS[:] = [made]
    with clock.frozen(world.MONDAY):
        yield made


TOWNS: list[world.World] = []
"""The township of the module's database; it is made once."""


def forget() -> None:
    for part in (queries_portal, calendars, regimes):
        part.forget()
    TOWNS.clear()


def fields(client: CheckedClient, address: str, **more: Any) -> dict[str, Any]:
    page = html.fromstring(client.get(address).text, base_url=address)
    [form] = [f for f in page.xpath("//main//form[@method='post']") if more.keys() <= set(f.fields)][:1]
    return {**dict(form.form_values()), **more}


def count(place: Place, what: Any) -> int:
    with place.app.app_context():
        return db.session.scalar(select(func.count()).select_from(what)) or 0


def stop_at(place: Place, moment: str) -> None:
    """Stops the database now, or at the first statement that begins so, or right before the commit."""
    if moment == "before":
        place.stop()
        return
    with place.app.app_context():
        engine = db.engine
    done: list[str] = []

    def at_statement(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not done and statement.lower().startswith(moment):
            done.append(statement)
            place.stop()

    def at_commit(_c: Any) -> None:
        if not done and moment == "commit":
            done.append("commit")
            place.stop()

    event.listen(engine, "before_cursor_execute", at_statement)
    event.listen(engine, "commit", at_commit)


def written(client: CheckedClient) -> None:
    what = {"respondent": "财政所", "story": TYPED, "wish": ""}
    assert client.send("/submit/what?how=anonymous", **what).location == "/submit/check"


def test_words_sent_to_a_stopped_database_come_back_and_are_taken_later(place: Place, town: world.World) -> None:
    client = place.app.test_client()
    sent = fields(client, "/submit/what?how=anonymous", respondent="财政所", story=TYPED)
    place.stop()
    try:
        answer = client.post("/submit/what", data=sent)
    finally:
        place.start()
    assert answer.status_code == 503
    assert TYPED in answer.text
    assert "Retry-After" in answer.headers
    assert "psycopg" not in answer.text
    assert client.post("/submit/what", data=sent).location == "/submit/check"


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_same_filing_after_the_restart_is_one_case(place: Place, town: world.World, moment: str) -> None:
    client, before = place.app.test_client(), count(place, Case)
    written(client)
    sent = fields(client, "/submit/check")
    stop_at(place, moment)
    try:
        assert client.post("/submit/check", data=sent).status_code == 503
    finally:
        place.start()
    for _ in range(2):
        assert client.post("/submit/check", data=sent).location == "/submit/done"
    assert count(place, Case) == before + 1
    assert client.get("/submit/done").status_code == 200


@pytest.mark.parametrize("moment", MOMENTS[:2])
def test_a_step_of_staff_is_taken_once_after_the_restart(place: Place, town: world.World, moment: str) -> None:
    with place.app.app_context():
        case_id = town.file_case(place.app).case_id
    client = place.app.test_client()
    signed_in = client.send("/office/sign-in", username=town.usernames["intake"], password=world.PASSWORD)
    assert signed_in.status_code == 303
    address = f"/office/case/{case_id}/add_note"
    sent = fields(client, address, text=TYPED)
    before = count(place, Event)
    stop_at(place, moment)
    try:
        answer = client.post(address, data=sent)
    finally:
        place.start()
    assert (answer.status_code, TYPED in answer.text) == (503, True)
    assert client.post(address, data=sent).status_code == 303
    assert count(place, Event) == before + 1
