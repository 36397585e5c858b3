"""The scheduler's questions over a million open cases: `python -m bench.sweep`; see README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from bench import servers
from bench.machine import say
from bench.notices import application
from shared import clock
from shared.config import ROOT
from shared.db import Base, db, work
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.services import claims, sweeps, transfer_copies
from tests.support import postgres, redis
from tests.support import world as worlds

GOAL_MS = 100
NUMBERS = "with recursive n(i) as (select 2 union all select i + 1 from n where i <= :n) "
OWN = {
    "case": {"id": "n.i * 10", "receipt_no": "'r' || n.i", "register_no": "'g' || n.i", "form_key": "null"},
    "clock": {"id": "n.i * 10 + t.id", "case_id": "n.i * 10"},
}


def main(arguments: list[str]) -> int:
    """Fills, asks every question a few times; 1 where all of them together took longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--cases", type=int, default=1_000_000)
    given = parser.parse_args(arguments)
    slow = 0
    for engine in given.engine:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
            database = f"sqlite:///{folder / 'bench.sqlite'}"
            if engine == "postgresql":
                database = postgres.new_database(stack.enter_context(servers.postgresql())[0], "huiyin_bench")
            app = application(servers.settings_of(folder / "place", database, stack.enter_context(redis.server())))
            slow += _measure(app, engine, given.cases)
    return int(slow > 0)


def _measure(app: Flask, engine: str, n: int) -> bool:
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        worlds.accepted(app, worlds.township(), clock.now())
        say(f"{engine}: writing {n} open cases")
        for table in (Case.__tablename__, ClockRow.__tablename__):
            _multiply(table, n)
        _settle(engine)
        took = {name: _took(ask) for name, ask in QUESTIONS.items()}
        db.session.remove()
        db.engine.dispose()
    each = ", ".join(f"{name} {ms:.1f}" for name, ms in took.items())
    say(f"{engine}: a sweep over {n} open cases takes {sum(took.values()):.1f} ms (goal {GOAL_MS}): {each}")
    return sum(took.values()) > GOAL_MS


def _multiply(table: str, n: int) -> None:
    """Every row of the first case, once for each number."""
    columns = [column.name for column in Base.metadata.tables[table].columns]
    taken = ", ".join(OWN[table].get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    rows = f'select {taken} from n cross join "{table}" t where t.id < 10'
    with work() as session:
        session.execute(text(f'insert into "{table}" ({names}) {NUMBERS}{rows}'), {"n": n})


def _settle(engine: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze" if engine == "postgresql" else "analyze"))


def _took(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
        db.session.remove()
    return median(times)


QUESTIONS: dict[str, Callable[[], object]] = {
    "watch_clocks": lambda: sweeps.watch_clocks(clock.now()),
    "lapse_questions": lambda: sweeps.lapse_questions(clock.now()),
    "harden_codes": lambda: sweeps.harden_codes(1000),
    "anything_due": lambda: claims.anything_due(clock.now()),
    "copies": transfer_copies.waiting,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
