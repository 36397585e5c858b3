"""An fsync that fails (R6): nobody is told that it was saved, whoever heard of it writes no more, and after a restart
everything that was acknowledged is there.

strace makes the calls of the real processes fail: of the web server, whose the database file is, or of PostgreSQL's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from shared import schema
from shared.config import Settings
from shared.db import db
from shared.models.case import Case
from shared.services import verification
from tests.conftest import ENGINE
from tests.support import elsewhere, postgres, strace, world
from tests.support.programs import until
from tests.support.serving import Visitor, Web, serving

FIRST, FAILURES = {"sqlite": 6, "postgresql": 12}[ENGINE], 3
SAVED = ("receipt-no", "access-code")


@dataclass
class Told:
    """The receipts that people saw, and how many were told that it could not be done."""

    receipts: list[str] = field(default_factory=list)
    failures: int = 0


@contextmanager
def database() -> Iterator[postgres.Stoppable | None]:
    if ENGINE == "sqlite":
        yield None
        return
    with postgres.stoppable() as server:
        yield server


@pytest.fixture
def server() -> Iterator[postgres.Stoppable | None]:
    """A durable database server, where there is one."""
    with database() as made:
        yield made


@pytest.fixture
def place(settings: Settings, tmp_path: Path, server: postgres.Stoppable | None) -> Iterator[Flask]:
    own = {"database_url": server.url} if server else {}
    with elsewhere.township(settings, tmp_path, **own) as app:
        yield app


def file(web: Web, told: Told) -> None:
    """Fills the pages in; whatever comes back is either a receipt or says that nothing was saved."""
    visitor = Visitor(web.address)
    try:
        visitor.send("/submit/what?how=anonymous", respondent="财政所", story=world.STORY)
        status, page = visitor.send("/submit/check")
    except (IndexError, URLError, ConnectionError, ValueError):  # a page without its form: it said so, or nothing came
        told.failures += 1
        return
    tree = html.fromstring(page)
    shown = [tree.xpath(f"//*[@id='{name}']") for name in SAVED]
    assert (status == 200) is all(shown), page[:2000]
    if status != 200:
        assert status == 503, page[:2000]
        told.failures += 1
        return
    told.receipts.append("".join(shown[0][0].text_content().split()))


def sound(app: Flask, told: Told) -> None:
    """The database is whole and holds everything that was acknowledged."""
    with app.app_context():
        kept = set(db.session.scalars(select(Case.receipt_no)))
        assert not {one.replace("-", "") for one in told.receipts} - {one.replace("-", "") for one in kept}
        assert len(kept) <= len(told.receipts) + told.failures
        assert verification.verify(app.extensions["huiyin"].keys).faults == 0
        db.session.remove()
        if path := schema.db_path(db.engine):
            with closing(sqlite3.connect(path)) as database:
                assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


@contextmanager
def failing(app: Flask, server: postgres.Stoppable | None, log: Path) -> Iterator[Web]:
    """The web server in a world in which, after a while, nothing reaches the disk."""
    words = strace.no_sync(FIRST, log)
    if server is None:
        with serving(app, *words) as web:
            yield web
        return
    server.stop("fast")
    with server.under(*words), serving(app) as web:
        yield web
    server.start()


def test_what_did_not_reach_the_disk_is_never_called_saved_and_what_was_called_so_is_there(
    place: Flask, server: postgres.Stoppable | None, tmp_path: Path
) -> None:
    told, log = Told(), (server.folder if server else tmp_path) / "syncs"
    with failing(place, server, log) as web:
        while told.failures < FAILURES:
            before, known = web.workers(), told.failures
            file(web, told)
            if told.failures > known and server is None:  # PostgreSQL's server stops, and the web waits for it
                until(lambda before=before: not set(before) & set(web.workers()), 30)
                until(lambda: Visitor(web.address).open("/")[0] == 200, 30)
    assert told.receipts
    assert strace.failed(log) > 0
    with serving(place) as web:
        file(web, told)
    assert told.failures == FAILURES
    sound(place, told)
