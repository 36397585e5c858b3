"""Verifying a chain of a million events: `python -m bench.chain`; see README.md."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from bench import machine, servers
from bench.machine import say
from bench.notices import application
from bench.sweep import _multiply, _settle
from shared import clock, signing
from shared.config import ROOT
from shared.crypto import Keys
from shared.db import db, work
from shared.domain.chain import Link
from shared.models.case import Case
from shared.models.event import Event
from shared.services import checkpoints, verification
from tests.support import postgres, redis
from tests.support import world as worlds

GOAL_SECONDS = 60
EACH = 10
"""Events of a case."""


def main(arguments: list[str]) -> int:
    """Fills, verifies; 1 where it took more processor time than the goal allows, or found a fault in what is sound."""
    parser = argparse.ArgumentParser(prog="python -m bench.chain", description=__doc__)
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--events", type=int, default=1_000_000)
    given = parser.parse_args(arguments)
    slow = 0
    for engine in given.engine:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
            database, pids = f"sqlite:///{folder / 'bench.sqlite'}", list[int]()
            if engine == "postgresql":
                address, pids = stack.enter_context(servers.postgresql())
                database = postgres.new_database(address, "huiyin_bench")
            app = application(servers.settings_of(folder / "place", database, stack.enter_context(redis.server())))
            slow += _measure(app, engine, given.events, pids)
    return int(slow > 0)


def _measure(app: Flask, engine: str, n: int, database: list[int]) -> bool:
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        worlds.township().file_case(app)
        say(f"{engine}: writing {n} events")
        keys = app.extensions["huiyin"].keys
        _fill(keys, n)
        _settle(engine)
        checkpoints.make(signing.load(app.extensions["huiyin"].settings.key_dir, create=True), clock.now())
        used, others, began = time.process_time(), machine.cpu_seconds(database), time.monotonic()
        report = verification.verify(keys)
        wall, own = time.monotonic() - began, time.process_time() - used
        cpu = own + machine.cpu_seconds(database) - others
        db.session.remove()
        db.engine.dispose()
    say(
        f"{engine}: {report.events} events verified in {wall:.1f} s, {cpu:.1f} s of processor time, of these "
        f"{own:.1f} s our own (goal {GOAL_SECONDS}); {report.faults} faults"
    )
    return cpu > GOAL_SECONDS or report.faults > 0


def _fill(keys: Keys, n: int) -> None:
    """Cases made of the first one, each with a chain of its own, in the order in which they would have happened."""
    _multiply(Case.__tablename__, n // EACH)
    with work() as session:
        first = session.scalars(select(func.max(Event.id))).one()
        query = select(Case.id, Case.receipt_no, Case.institution_id).where(Case.id >= 20).order_by(Case.id)
        rows = _rows(keys, [tuple(row) for row in session.execute(query)], first)
        while batch := list(islice(rows, 10_000)):
            session.execute(insert(Event), batch)


def _rows(keys: Keys, cases: list[Any], last: int) -> Iterator[dict[str, Any]]:
    key_id, key = keys.current("events")
    previous, at = dict.fromkeys((case_id for case_id, *_ in cases), ""), clock.now() - dt.timedelta(days=300)
    for seq in range(1, EACH + 1):
        for case_id, receipt_no, place in cases:
            at, last = at + dt.timedelta(seconds=1), last + 1
            said = ("noted", 1, "intake", None, "accepted", "accepted", {"round": 1, "note": last})
            link = Link(place, case_id, receipt_no, seq, at, *said)
            previous[case_id] = mac = f"{key_id}:{link.mac(key, previous[case_id])}"
            names = ("kind", "actor_id", "actor_role", "slip_id", "from_state", "to_state", "facts")
            yield {"id": last, "case_id": case_id, "seq": seq, "at": at, "mac": mac} | dict(
                zip(names, said, strict=True)
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
