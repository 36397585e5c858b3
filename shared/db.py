"""The database: one declarative base, one session per request or job, hooks that make SQLite keep its promises."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, ColumnElement, DateTime, Engine, Integer, MetaData, Numeric, String, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, ExceptionContext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeDecorator

FAR = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
"""Stands for "nothing due": keyset pages need a value that sorts last."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
CENT = Decimal("0.01")
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware UTC in Python; SQLite, which drops zones, stores it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a row takes aware datetimes only")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Yuan(TypeDecorator[Decimal]):
    """An amount with two decimals; SQLite, which knows only floats, stores it as whole cents."""

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        exact = value.quantize(CENT)
        return int(exact.scaleb(2)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return (Decimal(int(value)).scaleb(-2) if dialect.name == "sqlite" else Decimal(value)).quantize(CENT)


class Base(DeclarativeBase):
    """What every row derives from."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcDateTime, Decimal: Yuan, dict[str, Any]: JSON, list[Any]: JSON}


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


db = SQLAlchemy(
    metadata=Base.metadata,
    engine_options={"json_serializer": _dumps, "hide_parameters": True, "pool_pre_ping": True},
)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Pragmas hold per connection; transactions are opened by the hook below, not by the driver."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
        "busy_timeout=10000",
        "trusted_schema=off",
        "secure_delete=on",
        "cache_size=-32000",
    ):
        connection.execute("pragma " + pragma)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Writers take SQLite's lock at once: a read that turns into a write loses updates or fails late."""
    if connection.dialect.name != "sqlite":
        return
    reading = connection.get_execution_options().get("reading", False)
    if _stopped.is_set() and not reading:
        raise OperationalError("begin", None, sqlite3.OperationalError("this process writes no more"))
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")


def unindexed(column: Any) -> ColumnElement[Any]:
    """A column of texts or numbers as no index holds it.

    SQLite keeps no statistics: of two indices it may take the one that leads through every row of a kind.
    """
    found: ColumnElement[Any] = column.concat("") if isinstance(column.type, String) else column + 0
    return found


def insert_into(session: Session, model: type[Base]) -> Any:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, for the session's engine."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


_READING: dict[str, dict[str, Any]] = {"sqlite": {"reading": True}, "postgresql": {"isolation_level": "AUTOCOMMIT"}}


@contextmanager
def reading() -> Iterator[Session]:
    """A session for pages: it takes no write lock. Nothing may be changed through it.

    On SQLite its statements share one transaction. On PostgreSQL each sees what is committed when it begins, as
    under READ COMMITTED, so that BEGIN and ROLLBACK would only be two more ways to the server and back.
    """
    session: Session = db.session()
    if not session.in_transaction():
        session.connection(execution_options=_READING[session.get_bind().dialect.name])
    yield session


def read_rows(statement: Executable, facts: Mapping[str, Any]) -> list[Any]:
    """What a statement that asks for columns alone finds, for pages: read without the session's bookkeeping."""
    with reading() as session:
        return list(session.connection().execute(statement, facts).all())


@contextmanager
def work() -> Iterator[Session]:
    """One unit of work: a fresh transaction that is committed whole or not at all.

    A service opens exactly one. Rows that a page had loaded before are expired first, so that
    what is decided here is decided on rows read inside this transaction.
    """
    session: Session = db.session()
    session.rollback()
    try:
        yield session
        _commit(session)
    except BaseException:
        session.rollback()
        raise


def _commit(session: Session) -> None:
    """Commits; where the connection breaks meanwhile nobody knows whether it counted, and the fault says so."""
    try:
        session.commit()
    except (OperationalError, InterfaceError) as fault:
        if _may_have_counted(fault):
            fault.add_note(UNCERTAIN)
        raise


def _may_have_counted(fault: OperationalError | InterfaceError) -> bool:
    """SQLite keeps nothing of a commit that it could not write, only a failed fsync leaves that open."""
    code = getattr(fault.orig, "sqlite_errorname", "")
    return not code or "FSYNC" in code


@event.listens_for(Engine, "handle_error")
def _stop_writing(context: ExceptionContext) -> None:
    """R6: the kernel may take for clean what it could not bring to the disk, so that the next fsync says yes to it.

    Whoever is told so writes no more and ends once what it is answering is answered; the next process reads anew.
    PostgreSQL's server does the same by itself.
    """
    if "FSYNC" in getattr(context.original_exception, "sqlite_errorname", "") and not _stopped.is_set():
        _stopped.set()
        logging.getLogger(__name__).critical("disk_lost")
        os.kill(os.getpid(), signal.SIGTERM)


_stopped = threading.Event()

UNCERTAIN = "the commit was under way"
"""R4: a server that stops may have written a commit that it could no longer confirm."""
