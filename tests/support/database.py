"""The database of one test process: made once by the migrations, as good as new after every test."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, event, inspect, text

from shared.config import ROOT
from shared.db import db

BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class Schema:
    """A migrated database that can be put back to the state the migrations left."""

    app: Flask
    engine: Engine
    untouched: Path

    def restore(self) -> None:
        with self.app.app_context():
            db.session.remove()
        if self.engine.dialect.name == "sqlite":
            self._copy(self.untouched, Path(str(self.engine.url.database)))
        else:
            self._empty()

    def keep(self) -> None:
        """Remember the present state as the untouched one."""
        if self.engine.dialect.name == "sqlite":
            self._copy(Path(str(self.engine.url.database)), self.untouched)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            new.execute("pragma synchronous=off")
            old.backup(new)

    def _empty(self) -> None:
        with self.engine.begin() as connection:
            names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
            asked = ", ".join(f'exists(select 1 from "{name}")' for name in names)
            filled = connection.execute(text(f"select {asked}")).one()
            connection.execute(text("set local session_replication_role = replica"))  # no order, no triggers
            for name, full in zip(names, filled, strict=True):
                if full:
                    connection.execute(text(f'delete from "{name}"'))


def make_schema(app: Flask, folder: Path) -> Schema:
    """Migrate the app's empty database."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        schema = Schema(app, db.engine, folder / "untouched.sqlite")
    schema.keep()
    return schema


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile; BEGIN, COMMIT and the like are not counted."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(BOOKKEEPING):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
