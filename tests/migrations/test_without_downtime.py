"""Migrations while people work (docs/decisions/0020): short locks, no table written anew, no index that blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import OperationalError

from shared.config import ROOT, Settings
from shared.db import db
from tests.support import postgres
from wsgi import create_app

FOLDER = str(ROOT / "migrations")
LAST_BEFORE = "0014_outbox"
"""The rules hold for every migration after this one: earlier ones were written before anybody had data."""
GROWING = {"answer", "attachment", "case", "clock", "complainant", "delivery", "event", "evidence_leaf", "outbox"} | {
    "slip",
    "visit",
    "case_text",
}
"""Tables that have a row or more for each case."""
INDEX = re.compile(r"^\s*create\s+(?:unique\s+)?index\s+(concurrently\s+)?.*?\son\s+\"?(\w+)\"?", re.I | re.S)
FILES = "select relname, relfilenode from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"


@pytest.fixture(scope="module")
def place(settings: Settings, worker_id: str) -> Iterator[Flask]:
    with postgres.server() as server:
        made = create_app(replace(settings, database_url=postgres.new_database(server, f"huiyin_downtime_{worker_id}")))
        with made.app_context():
            upgrade(directory=FOLDER, revision="0006_scan")
            yield made
            db.session.remove()
            db.engine.dispose()


def files(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {str(name): int(node) for name, node in connection.execute(text(FILES))}


@contextmanager
def watched(engine: Engine) -> Iterator[list[str]]:
    """What the block does that would stop people at work."""
    before, sent, faults = files(engine), [], []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield faults
    event.remove(engine, "before_cursor_execute", note)
    after = files(engine)
    faults += [f"{name} is written anew" for name in before.keys() & after.keys() if before[name] != after[name]]
    found = [match for match in map(INDEX.match, sent) if match]
    faults += [f"an index on {m[2]} blocks" for m in found if not m[1] and m[2] in GROWING & before.keys()]


def test_a_migration_gives_up_after_seconds_where_somebody_holds_a_table(place: Flask) -> None:
    somebody = create_engine(place.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with place.app_context(), somebody.connect() as other:
        other.execute(text("lock table event in share mode"))
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(directory=FOLDER, revision=LAST_BEFORE)
        other.rollback()
        assert other.execute(text("select version_num from alembic_version")).scalar_one() == "0006_scan"


def test_every_later_migration_lets_people_go_on_working(place: Flask) -> None:
    script, faults = ScriptDirectory(FOLDER), []
    later = [one.revision for one in script.iterate_revisions("head", LAST_BEFORE)]
    with place.app_context():
        upgrade(directory=FOLDER, revision=LAST_BEFORE)
        for revision in reversed(later):
            with watched(db.engine) as found:
                upgrade(directory=FOLDER, revision=revision)
            faults += [f"{revision}: {fault}" for fault in found]
    assert not faults, "see docs/decisions/0020"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("alter table event alter column seq type bigint", "event is written anew"),
        ("create index planted on outbox (notice)", "an index on outbox blocks"),
        ("alter table clock add column planted timestamptz default clock_timestamp()", "clock is written anew"),
        ("create index concurrently planted_too on outbox (notice)", ""),
        ("alter table slip add column planted varchar not null default ''", ""),
    ],
)
def test_the_rules_can_be_broken_and_kept(place: Flask, statement: str, fault: str) -> None:
    with place.app_context(), db.engine.connect() as connection, watched(db.engine) as faults:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
    assert faults == ([fault] if fault else [])
