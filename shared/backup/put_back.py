"""Restores a backup into an empty database and says whether all of it is there, and what is missing since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_migrate import upgrade as migrate
from sqlalchemy import Engine, exists, func, inspect, select, table

from shared import schema
from shared.backup import manifest, places, pool, postgres, sqlite
from shared.backup.manifest import Manifest
from shared.backup.sealed import Opening
from shared.crypto import Keys
from shared.db import db
from shared.domain import chain
from shared.domain.errors import Refused
from shared.files import Store
from shared.models.outbox import OutboxRow
from shared.sealing import boxes, envelope
from shared.services import checkpoints, verification
from shared.services.verification import Report

Tell = Callable[[str], None]
PEOPLE_AND_CASES = ("institution", "person", "case", "event")


@dataclass
class Outcome:
    """What a restore or a check found; `faults` are lines for a person, empty where all is well."""

    manifest: Manifest
    faults: list[str] = field(default_factory=list)
    held: int = 0
    report: Report | None = None
    lost: dict[str, Any] | None = None
    """The range of events that only the checkpoints outside know of."""


def check(place: Path, keys: Keys | None, private: bytes | None, tell: Tell) -> Outcome:
    """Looks at a backup without restoring it; with the private key all of it is opened. Raises Refused, Unreadable."""
    folder = manifest.newest(place)
    said = manifest.read(folder)
    found = Outcome(said)
    if keys is not None and said.genuine(keys) is False:
        found.faults.append("清单被改动 (the manifest was changed)")
    tell("1/2 数据库… (database)")
    path = folder / manifest.DATABASE
    if not path.exists() or places.digest(path) != said.database["sha256"]:
        found.faults.append("数据库的文件缺失或被改动 (the database's file is missing or changed)")
    elif private is not None:
        with path.open("rb") as file:
            source = Opening(file, _fitting(private, said), f"database|{said.name}")
            for _ in source.rest():
                pass
        if source.plain.hexdigest() != said.database["plain"]:
            found.faults.append("数据库的内容不符 (the database's content differs)")
    tell("2/2 文件… (files)")
    found.faults += _file_list(folder, said)
    bad = list(pool.faults(folder.parent, said, pool.listed(folder), private))
    found.faults += [f"文件缺失或被改动 (a file is missing or changed): {name}" for name in bad[:100]]
    return found


def restore(place: Path, private: bytes, keys: Keys, store: Store | None, outside: Path | None, tell: Tell) -> Outcome:
    """Fills the application's own database, which must be empty and nobody's; files too, where a store is given.

    Raises Refused: programs_running, database_in_use, other_engine, newer_backup, wrong_key and what `check` raises;
    then nothing was changed.
    """
    folder = manifest.newest(place)
    said, engine = manifest.read(folder), db.engine
    _fitting(private, said)
    if said.engine != engine.dialect.name:
        raise Refused("other_engine", backup=said.engine, here=engine.dialect.name)
    if not schema.known(said.schema):
        raise Refused("newer_backup", schema=said.schema)
    found = Outcome(said)
    if said.genuine(keys) is not True:
        found.faults.append("清单不是用这里的密钥写的，或被改动 (the manifest was not written with these keys)")
    db.session.remove()
    with schema.alone(engine):
        refuse_rows(engine)
        tell("1/4 数据库… (database)")
        _load(engine, folder, said, private, found)
        tell("2/4 表结构… (schema)")
        migrate(directory=str(schema.MIGRATIONS))
        with engine.connect() as connection:
            held = select(func.count()).where(OutboxRow.state == "held")
            found.held = connection.scalar(held) or 0
        if store is not None:
            tell("3/4 文件… (files)")
            found.faults += _file_list(folder, said)
            lost = pool.put_back(folder.parent, said, pool.listed(folder), private, store)
            found.faults += [f"文件读不出来 (a file can't be read): {name}" for name in lost[:100]]
        tell("4/4 核对存证… (checking the evidence)")
        _verify(keys, outside, found)
        db.session.remove()
    return found


def refuse_rows(engine: Engine) -> None:
    """Raises Refused('database_in_use') where somebody's rows are in the database."""
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        for name in PEOPLE_AND_CASES:
            if name in there and connection.scalar(select(exists().select_from(table(name)))):
                raise Refused("database_in_use", table=name)


def _load(engine: Engine, folder: Path, said: Manifest, private: bytes, found: Outcome) -> None:
    with (folder / manifest.DATABASE).open("rb") as file:
        source, path = Opening(file, private, f"database|{said.name}"), schema.db_path(engine)
        if path is not None:
            engine.dispose()
            here: dict[str, Any] = sqlite.load(path, source)
        else:
            migrate(directory=str(schema.MIGRATIONS), revision=said.schema)
            engine.dispose()
            here = postgres.load(engine, source)
    if source.plain.hexdigest() != said.database["plain"]:
        found.faults.append("数据库的内容不符 (the database's content differs)")
    differing = sorted(t for t in here.keys() | said.tables.keys() if here.get(t) != said.tables.get(t))
    found.faults += [f"这张表和清单不符 (a table differs from the manifest): {name}" for name in differing]


def _file_list(folder: Path, said: Manifest) -> list[str]:
    same = places.digest(folder / manifest.FILES) == said.files["sha256"]
    return [] if same else ["文件清单被改动 (the list of files was changed)"]


def _verify(keys: Keys, outside: Path | None, found: Outcome) -> None:
    """Counts, the event chain, and what lies outside: a backup that is older than that lacks a range (R19)."""
    kept = checkpoints.outside(outside) if outside else {}
    found.report = verification.verify(keys, kept=kept)
    newest = found.manifest.chain.get("checkpoint", 0)
    after_it = [chain.read_body(one.body) for number, one in sorted(kept.items()) if number > newest]
    last = found.manifest.chain.get("last_event", 0)
    if after_it and after_it[-1].last_event > last:
        found.lost = {"first": last + 1, "last": after_it[-1].last_event, "until": after_it[-1].at}
    if found.report.events != found.manifest.chain.get("events"):
        found.faults.append("记录的条数和清单不符 (the number of events differs from the manifest)")
    real = [one for one in found.report.findings if one.code != "lost_since"]
    found.faults += [f"存证不符 (the evidence differs): {one.code} {one.facts}" for one in real[:20]]


def _fitting(private: bytes, said: Manifest) -> bytes:
    if envelope.key_id(boxes.public_of(private)) != said.recipient:
        raise Refused("wrong_key", wanted=said.recipient)
    return private
