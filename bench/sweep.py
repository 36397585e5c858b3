"""The scheduler's questions over a million open cases: `python -m bench.sweep`; see README.md."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import text

from bench.installed import Installed, let_go, on_each_engine
from bench.machine import say
from shared import clock
from shared.db import Base, db, work
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.services import claims, sweeps, transfer_copies
from tests.support import world as worlds

GOAL_MS = 100
NUMBERS = "with recursive n(i) as (select 2 union all select i + 1 from n where i <= :n) "
OWN = {
    "case": {"id": "n.i * 10", "receipt_no": "'r' || n.i", "register_no": "'g' || n.i", "form_key": "null"},
    "clock": {"id": "n.i * 10 + t.id", "case_id": "n.i * 10"},
}


def main(arguments: list[str]) -> int:
    """Fills, asks every question a few times; 1 where all of them together took longer than the goal."""
    return on_each_engine(arguments, __doc__, "cases", 1_000_000, _measure)


def _measure(place: Installed, n: int) -> bool:
    engine = place.engine
    with place.app.app_context():
        worlds.accepted(place.app, worlds.township(), clock.now())
        say(f"{engine}: writing {n} open cases")
        for table in (Case.__tablename__, ClockRow.__tablename__):
            multiply(table, n)
        settle(engine)
        took = {name: _took(ask) for name, ask in QUESTIONS.items()}
        let_go()
    each = ", ".join(f"{name} {ms:.1f}" for name, ms in took.items())
    say(f"{engine}: a sweep over {n} open cases takes {sum(took.values()):.1f} ms (goal {GOAL_MS}): {each}")
    return sum(took.values()) > GOAL_MS


def multiply(table: str, n: int) -> None:
    """Every row of the first case, once for each number."""
    columns = [column.name for column in Base.metadata.tables[table].columns]
    taken = ", ".join(OWN[table].get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    rows = f'select {taken} from n cross join "{table}" t where t.id < 10'
    with work() as session:
        session.execute(text(f'insert into "{table}" ({names}) {NUMBERS}{rows}'), {"n": n})


def settle(engine: str) -> None:
    """What time does by itself in a grown database."""
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
