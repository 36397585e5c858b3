"""A migration that dies half-way leaves the schema and the rows of before, and can be run again (R13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, inspect, text

from shared.config import ROOT, Settings
from shared.db import db
from tests.support import elsewhere, world

FOLDER = str(ROOT / "migrations")
CHANGES = ("create", "alter", "drop", "insert", "update", "delete")
FIRST_STEP = 9
"""The first migration has nothing to lose and a hundred statements: it dies after every ninth of them."""


class Killed(Exception):
    """The process is gone."""


def revisions() -> list[tuple[str, str]]:
    """Every migration and the one before it, the newest first."""
    config = Config()
    config.set_main_option("script_location", FOLDER)
    script = ScriptDirectory.from_config(config)
    return [(one.revision, str(one.down_revision or "base")) for one in script.walk_revisions()]


@contextmanager
def death_after(number: int) -> Iterator[None]:
    """Ends the migration after so many statements that change something."""
    done = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal done
        done += statement.lstrip().lower().startswith(CHANGES)
        if done == number:
            raise Killed

    event.listen(db.engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(db.engine, "after_cursor_execute", count)


def state() -> tuple[Any, ...]:
    """Tables with their columns, indexes and rows, triggers, and the number of the schema."""
    found = inspect(db.engine)
    names = sorted(found.get_table_names())
    sqlite = db.engine.dialect.name == "sqlite"
    triggers = "select name from sqlite_master where type = 'trigger'" if sqlite else "select tgname from pg_trigger"
    with db.engine.connect() as connection:
        rows = {name: connection.execute(text(f'select * from "{name}"')).all() for name in names}
        kept = sorted(connection.execute(text(triggers)).scalars().all())
    parts = [
        (name, [c["name"] for c in found.get_columns(name)], sorted(str(i["name"]) for i in found.get_indexes(name)))
        for name in names
    ]
    return parts, {name: sorted(map(repr, held)) for name, held in rows.items()}, kept


def dies_and_runs_again(revision: str, step: int) -> int:
    """Kills the migration after each statement in turn, until it comes to its end; returns how often it died."""
    before, number = state(), step
    while True:
        try:
            with death_after(number):
                upgrade(directory=FOLDER, revision=revision)
        except Killed:
            db.engine.dispose()
            assert state() == before, f"{revision} left something behind after statement {number}"
            number += step
        else:
            return number // step - 1


def test_a_migration_that_dies_after_any_statement_leaves_everything_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    died: dict[str, int] = {}
    with elsewhere.installation(settings, tmp_path) as app, app.app_context():
        upgrade(directory=FOLDER)
        filled(app)
        for revision, before in revisions():
            downgrade(directory=FOLDER, revision=before)
            died[revision] = dies_and_runs_again(revision, 1 if before != "base" else FIRST_STEP)
            downgrade(directory=FOLDER, revision=before)
    assert all(died.values()), died


def filled(app: Flask) -> None:
    world.township().file_case(app)
    db.session.remove()


def test_the_new_programs_wait_until_it_has_run(settings: Settings, tmp_path: Path) -> None:
    revision, before = revisions()[0]
    with elsewhere.installation(settings, tmp_path) as app, app.app_context():
        upgrade(directory=FOLDER, revision=before)
        with pytest.raises(Killed), death_after(1):
            upgrade(directory=FOLDER)
        db.engine.dispose()
        upgrade(directory=FOLDER)
        with db.engine.connect() as connection:
            assert connection.scalar(text("select version_num from alembic_version")) == revision
