"""A backup of a hundred thousand cases, and its way back into an empty database: `python -m bench.restore`."""

from __future__ import annotations

import sys
import time

from bench import chain, machine
from bench.installed import Installed, application, let_go, on_each_engine
from bench.machine import say
from shared import clock
from shared.backup import put_back, take
from shared.db import db
from shared.sealing import boxes
from shared.web import state
from tests.support import postgres

GOAL_SECONDS = 120


def main(arguments: list[str]) -> int:
    """Fills, backs up, restores; 1 where the restore took longer than the goal, or found something missing."""
    private = boxes.new_private()

    def there_and_back(place: Installed, cases: int) -> bool:
        _back_up(place, cases)
        return _restore(place, private)

    key = boxes.public_of(private).hex()
    return on_each_engine(arguments, __doc__, "cases", 100_000, there_and_back, BACKUP_KEY=key)


def _back_up(place: Installed, cases: int) -> None:
    with place.app.app_context():
        chain.fill(place, cases * chain.EACH)
        began, backup = time.monotonic(), place.folder / "backup"
        said = take.take(state.settings(), db.engine, state.keys(), state.store(), backup, clock.now(), say)
        let_go()
    rows = sum(table["rows"] for table in said.tables.values())
    size = said.database["size"] / 1e6
    say(f"{place.engine}: backed up in {time.monotonic() - began:.1f} s: {rows} rows, {size:.0f} MB")


def _restore(place: Installed, private: bytes) -> bool:
    app = application(place.env | {"DATABASE_URL": _empty(place)})
    with app.app_context():
        used, others, began = time.process_time(), machine.cpu_seconds(place.db_pids), time.monotonic()
        found = put_back.restore(place.folder / "backup", private, state.keys(), state.store(), None, say)
        wall, used = time.monotonic() - began, time.process_time() - used
        database = machine.cpu_seconds(place.db_pids) - others
        let_go()
    events = found.report.events if found.report else 0
    say(
        f"{place.engine}: restored and verified in {wall:.1f} s (goal {GOAL_SECONDS}): {events} events, "
        f"faults {found.faults}; {used:.1f} s of our processor time, {database:.1f} s of the database's"
    )
    return wall > GOAL_SECONDS or bool(found.faults)


def _empty(place: Installed) -> str:
    if place.engine == "sqlite":
        return f"sqlite:///{place.folder / 'restored.sqlite'}"
    return postgres.new_database(place.env["DATABASE_URL"], "huiyin_restored")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
