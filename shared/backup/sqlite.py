"""SQLite: a whole copy of the file as it was in one moment, and back again under the same name."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import func, select, table
from sqlalchemy.dialects import sqlite as sqlite_dialect

from shared.backup import after, snapshot
from shared.backup.sealed import PIECE, Opening, Sealing
from shared.backup.snapshot import Rows, Snapshot
from shared.domain.errors import Refused


def dump(path: Path, sink: Sealing, temporary: Path) -> Snapshot:
    """Seals a copy of the database; writers go on meanwhile. Raises Refused('database_damaged')."""
    with _private(temporary) as copy:
        with closing(sqlite3.connect(path)) as source:
            source.execute("vacuum into ?", (str(copy),))
        with closing(_read_only(copy)) as found:
            _check(found, "quick_check")
            taken = snapshot.facts(_rows(found))
            taken.tables = counts(_rows(found))
        with copy.open("rb") as file:
            while piece := file.read(PIECE):
                sink.write(piece)
    return taken


def load(path: Path, source: Opening) -> dict[str, dict[str, int]]:
    """Puts the copy in the place of an empty database, whole or not at all; returns its tables as they came.

    Raises Refused('database_damaged'), Unreadable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _private(path.parent) as draft:
        with draft.open("wb") as file:
            for piece in source.rest():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        with closing(_read_only(draft)) as found:
            _check(found, "integrity_check")
            _check(found, "foreign_key_check")
            came = counts(_rows(found))
        _settle(draft)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        draft.rename(path)
    place = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(place)
    os.close(place)
    return came


def counts(rows: Rows) -> dict[str, dict[str, int]]:
    """Rows of each table; the search index counts as the tables it is made of."""
    names = rows(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' "
        "and sql not like 'create virtual%' order by name"
    )
    return {name: {"rows": rows(_count(name))[0][0]} for (name,) in names}


def _count(name: str) -> str:
    return str(select(func.count()).select_from(table(name)).compile(dialect=sqlite_dialect.dialect()))


def _rows(connection: sqlite3.Connection) -> Rows:
    return lambda query: connection.execute(query).fetchall()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _check(connection: sqlite3.Connection, check: str) -> None:
    try:
        found = connection.execute(f"pragma {check}").fetchall()
    except sqlite3.DatabaseError:
        found = [("unreadable",)]
    if found not in ([], [("ok",)]):
        raise Refused("database_damaged", check=check)


def _settle(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as draft:
        draft.execute("pragma synchronous=full")
        draft.execute("begin immediate")
        for statement in after.STATEMENTS:
            draft.execute(statement)
        draft.execute("commit")


@contextmanager
def _private(folder: Path) -> Iterator[Path]:
    """A name for a file that only we can read and that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".backup-{secrets.token_hex(6)}"
    path.touch(mode=0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
