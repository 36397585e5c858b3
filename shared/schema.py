"""Which program may use this database: the schema must be the program's own, and nobody changes it under a running one.

Every process that is connected holds a lock that others may hold too: an advisory lock for each connection on
PostgreSQL, a lock on a file beside the database on SQLite. Whoever changes the schema or fills the database needs that
lock alone, so that an upgrade or a restore under running programs is refused instead of breaking them (R13).
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade as migrate
from sqlalchemy import Engine, delete, event, insert, text, true
from sqlalchemy.exc import OperationalError

from shared.config import ROOT
from shared.db import db
from shared.domain.errors import Refused
from shared.models.schema_open import SchemaOpen

LOCK = 0x6875697969  # "huiyi" in letters: the number of our advisory lock
MIGRATIONS = ROOT / "migrations"
WHY = {
    "being_changed": "数据库正在升级或恢复，完成后再启动 (it is being upgraded or restored: start when that is done)",
    "older": "数据库的结构比程序旧，请先运行 upgrade (the schema is older than the program: run upgrade first)",
    "newer": "数据库的结构比程序新，请换上新程序 (the schema is newer than the program: use the newer program)",
    "empty": "数据库还没有建表，请先运行 upgrade (there are no tables yet: run upgrade first)",
}
_alone: ContextVar[bool] = ContextVar("alone", default=False)
_held: dict[str, TextIO] = {}
"""Lock files by database, one for each process and kept until it ends."""


class WrongSchema(OperationalError):
    """The database can't be used now: `why` is a key of WHY. Pages answer as if it were away."""

    def __init__(self, why: str) -> None:
        super().__init__(None, None, Exception(WHY[why]))
        self.why = why

    def __str__(self) -> str:
        return WHY[self.why]


@lru_cache
def newest() -> str:
    """The schema that this program is written for."""
    return str(_script().get_current_head())


@lru_cache
def known(revision: str) -> bool:
    """Whether this program has the way from or to that schema."""
    return any(one.revision == revision for one in _script().walk_revisions())


def init(app: Flask) -> None:
    """Has every connection of the application ask whether it may be used; tests change schemas as they like."""
    if not app.testing:
        with app.app_context():
            event.listen(db.engine, "connect", lambda connection, _: _enter(connection, db_path(db.engine)))


def check(engine: Engine) -> None:
    """For the start of a process; raises WrongSchema. A database that is away is another matter: pages say so."""
    try:
        engine.connect().close()
    except WrongSchema:
        raise
    except OperationalError:
        return


def db_path(engine: Engine) -> Path | None:
    """Where an SQLite database lies; None for a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Nobody else is connected meanwhile; raises Refused('programs_running'). May be entered again inside."""
    if _alone.get():
        yield
        return
    engine.dispose()
    with _file_lock(Path(str(engine.url.database))) if engine.dialect.name == "sqlite" else _server_lock(engine):
        entered = _alone.set(True)
        try:
            yield
        finally:
            _alone.reset(entered)
            engine.dispose()  # connections made in here hold no lock


@contextmanager
def together() -> Iterator[None]:
    """For an upgrade that the running programs can bear: they stay, and their locks with them."""
    entered = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(entered)


def upgrade(*, while_running: bool = False) -> None:
    """Brings the schema up; raises Refused('programs_running'). `while_running`: programs of before may go on."""
    db.session.remove()
    engine, before = db.engine, current(db.engine)
    if before == newest():
        return
    with together() if while_running else alone(engine):
        migrate(directory=str(MIGRATIONS))
        with engine.begin() as connection:
            gone = SchemaOpen.revision == before if while_running else true()
            connection.execute(delete(SchemaOpen).where(gone))
            if while_running and before:
                connection.execute(insert(SchemaOpen).values(revision=before))
    engine.dispose()


def current(engine: Engine) -> str:
    """The schema that the database has; '' for none. Asks past the lock."""
    entered = _alone.set(True)
    try:
        with engine.connect() as connection:
            return _revision(connection.connection.driver_connection)
    finally:
        _alone.reset(entered)
        engine.dispose()


def _enter(connection: Any, path: Path | None) -> None:
    if _alone.get():
        return
    held = _share_file(path) if path else _ask(connection, f"select pg_try_advisory_lock_shared({LOCK})")[0][0]
    if not held:
        raise WrongSchema("being_changed")
    found = _revision(connection)
    if found == newest() or newest() in _open_to(connection, found):
        return
    raise WrongSchema("empty" if not found else "older" if known(found) else "newer")


def _revision(connection: Any) -> str:
    there = (
        "select 1 from sqlite_master where name = 'alembic_version'"
        if isinstance(connection, sqlite3.Connection)
        else "select 1 from pg_tables where schemaname = current_schema() and tablename = 'alembic_version'"
    )
    rows = _ask(connection, there) and _ask(connection, "select version_num from alembic_version")
    return str(rows[0][0]) if rows else ""


def _open_to(connection: Any, found: str) -> set[str]:
    """Older programs that may go on with this schema; only a schema newer than ours can say so."""
    if not found or known(found):
        return set()
    return {revision for (revision,) in _ask(connection, "select revision from schema_open")}


def _ask(connection: Any, query: str) -> list[Any]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(query)
        rows: list[Any] = cursor.fetchall()
    connection.rollback()  # the lock stays: it is the session's
    return rows


def _share_file(path: Path) -> bool:
    name = str(path)
    if name not in _held:
        lock = path.with_name(f"{path.name}.use").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        _held[name] = lock
    return True


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    if mine := _held.pop(str(path), None):
        mine.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.use").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("programs_running") from None
        yield


@contextmanager
def _server_lock(engine: Engine) -> Iterator[None]:
    entered = _alone.set(True)  # this connection must not hold the shared lock itself
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # it ends with the block, whatever becomes of the pool meanwhile
            if not connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
                raise Refused("programs_running")
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": LOCK})
    finally:
        _alone.reset(entered)


def _script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)
