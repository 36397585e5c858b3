"""PostgreSQL: every table as COPY gives it in one snapshot, and back into tables that the migrations have made.

COPY's text is the same in all versions of the server and needs none of its programs, so that a backup outlives an
upgrade of the server and a host without `pg_dump`.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.sql import Composed
from sqlalchemy import Engine

from shared.backup import after, snapshot
from shared.backup.sealed import MOST_SEALED, Opening, Sealing
from shared.backup.snapshot import Rows, Snapshot
from shared.sealing.envelope import Unreadable

BELONGS_TO_MIGRATIONS = "alembic_version"
GATHERED = 64 * 1024
_LENGTH = struct.Struct(">I")
_TABLES = "select tablename from pg_tables where schemaname = current_schema() order by tablename"
_COLUMNS = """select quote_ident(attname) from pg_attribute where attrelid = %s::regclass and attnum > 0
    and not attisdropped and attgenerated = '' order by attnum"""
_KEYS = """select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and connamespace = current_schema()::regnamespace"""
_INDEXES = """select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i
    join pg_class c on c.oid = i.indexrelid where c.relnamespace = current_schema()::regnamespace
    and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)"""
_NEXT = "select setval(%s, coalesce(max({0}), 1), max({0}) is not null) from {1}"
_COUNTERS = """select c.relname, a.attname,
    pg_get_serial_sequence(quote_ident(c.relname), a.attname) from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0
    and not a.attisdropped and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null"""


def dump(engine: Engine, sink: Sealing) -> Snapshot:
    """Seals every table as it was in one moment; nobody waits for it."""
    with _snapshot(engine) as connection:
        taken = snapshot.facts(_rows(connection))
        for table in _names(connection):
            columns = _columns(connection, table)
            _frame(sink, json.dumps({"table": table, "columns": columns}).encode())
            taken.tables[table] = _copy_out(connection, table, columns, sink)
            _frame(sink, b"")
        _frame(sink, b"")
    return taken


def load(engine: Engine, source: Opening) -> dict[str, dict[str, Any]]:
    """Fills the tables in one transaction; raises Unreadable, and then nothing was changed. Returns what came."""
    with _own(engine) as connection, connection.transaction():
        connection.execute("set local statement_timeout = 0")
        connection.execute("set local maintenance_work_mem = '256MB'")
        # Filled first, tied together afterwards: ten times as fast, and every tie is checked all the same.
        ties = connection.execute(_KEYS).fetchall()
        for table, name, _ in ties:
            _run(connection, f"alter table {table} drop constraint {name}")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            _run(connection, f"drop index {name}")
        _fill(connection, source)
        for _, made in indexes:
            _run(connection, made)
        for table, name, tie in ties:
            _run(connection, f"alter table {table} add constraint {name} {tie}")
        for table, column, counter in connection.execute(_COUNTERS).fetchall():
            names = sql.Identifier(column), sql.Identifier(table)
            connection.execute(sql.SQL(_NEXT).format(*names), (counter,))
        came = {table: _copy_out(connection, table, _columns(connection, table), None) for table in _names(connection)}
        for statement in after.STATEMENTS:
            connection.execute(statement)
    with _own(engine) as connection:
        connection.autocommit = True
        connection.execute("analyze")
    return came


def _fill(connection: psycopg.Connection[Any], source: Opening) -> None:
    for table in _names(connection):  # what the migrations or an upgrade have put in gives way
        held = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(table))
        if connection.execute(held).fetchone():
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
    while head := _framed(source):
        said = json.loads(head)
        with connection.cursor().copy(_copy(said["table"], said["columns"], "from stdin")) as copy:
            while block := _framed(source):
                copy.write(block)


def _copy_out(connection: psycopg.Connection[Any], table: str, columns: list[str], sink: Sealing | None) -> Any:
    """Rows and a hash of them that doesn't ask for their order, which a server changes as it likes."""
    total, cursor, waiting = 0, connection.cursor(), bytearray()
    with cursor.copy(_copy(table, columns, "to stdout")) as copy:
        for row in copy:  # one at a time: gathered, for a frame of its own would be dear
            total += int.from_bytes(hashlib.sha256(row).digest(), "big")
            if sink is not None:
                waiting += row
                if len(waiting) > GATHERED:
                    _frame(sink, waiting)
                    waiting.clear()
    if sink is not None and waiting:
        _frame(sink, waiting)
    return {"rows": cursor.rowcount, "hash": f"{total % 2**256:064x}"}


def _copy(table: str, columns: list[str], direction: str) -> Composed:
    named = sql.SQL(", ".join(columns))
    return sql.SQL("copy {} ({}) " + direction).format(sql.Identifier(table), named)


def _names(connection: psycopg.Connection[Any]) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES) if name != BELONGS_TO_MIGRATIONS]


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Names as the server quotes them."""
    return [name for (name,) in connection.execute(_COLUMNS, (sql.Identifier(table).as_string(),))]


def _rows(connection: psycopg.Connection[Any]) -> Rows:
    return lambda query: connection.execute(query).fetchall()


def _run(connection: psycopg.Connection[Any], statement: str) -> None:
    """A statement made of names and definitions that the server itself has quoted."""
    connection.execute(statement)


@contextmanager
def _own(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    arguments, options = engine.dialect.create_connect_args(engine.url)
    with closing(psycopg.connect(*arguments, **options)) as connection:
        yield connection


@contextmanager
def _snapshot(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    with _own(engine) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("set local statement_timeout = 0")
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        yield connection


def _frame(sink: Sealing, data: bytes | bytearray) -> None:
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)


def _framed(source: Opening) -> bytes:
    length = _LENGTH.unpack(source.exactly(_LENGTH.size))[0]
    if length > 64 * MOST_SEALED:
        raise Unreadable
    return source.exactly(length)
