"""Counting the limits of a hundred thousand running cases anew after a new holiday: `python -m bench.recount`."""

from __future__ import annotations

import datetime as dt
import sys
import time

from bench import data, machine
from bench.installed import Installed, let_go, on_each_engine
from bench.machine import say
from shared import clock
from shared.domain.calendar import DayKind
from shared.services import calendars, recounts

GOAL_SECONDS = 60


def main(arguments: list[str]) -> int:
    """Fills, declares a holiday, counts; 1 where that took longer than the goal."""
    return on_each_engine(arguments, __doc__, "cases", 100_000, _measure)


def _measure(place: Installed, n: int) -> bool:
    say(f"{place.engine}: writing {n} running cases")
    data.fill(place.app, n, running=True)
    with place.app.app_context():
        calendars.load_years(_a_new_holiday(), clock.now())
        used, others, began = time.process_time(), machine.cpu_seconds(place.db_pids), time.monotonic()
        moved, turns = 0, 0
        while (run := recounts.newest()) and run.ended_at is None:
            moved += recounts.go_on(clock.now())
            turns += 1
        wall, used = time.monotonic() - began, time.process_time() - used
        database = machine.cpu_seconds(place.db_pids) - others
        let_go()
    say(
        f"{place.engine}: {run.done if run else 0} cases counted anew in {wall:.1f} s (goal {GOAL_SECONDS}), "
        f"{turns} turns, {moved} dates moved; {used:.1f} s of our processor time, {database:.1f} s of the database's"
    )
    return wall > GOAL_SECONDS


def _a_new_holiday() -> str:
    """This year's calendar and the next as they are loaded, with one more day off: the last working day before today.

    So the dates of the youngest cases move, a fifth of them all.
    """
    today = clock.now().date()
    known = {day.day: day for _year, days in calendars.loaded() for day in days}
    years = {day.year for day in known} & {today.year, today.year + 1}
    lines = [f"{d.day},{d.kind},{d.name},{d.source}" for d in known.values() if d.day.year in years]
    before = (today - dt.timedelta(days=n) for n in range(1, 20))
    free = next(day for day in before if day.weekday() < 5 and day not in known and day.year in years)
    return "\n".join(["date,kind,name,source", *lines, f"{free},{DayKind.HOLIDAY},临时放假,bench"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
