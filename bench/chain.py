"""Verifying a chain of a million events: `python -m bench.chain`; see README.md."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select

from bench import machine
from bench.installed import Installed, let_go, on_each_engine
from bench.machine import say
from bench.sweep import multiply, settle
from shared import clock, signing
from shared.crypto import Keys
from shared.db import work
from shared.domain.chain import Link
from shared.models.case import Case
from shared.models.event import Event
from shared.services import checkpoints, verification
from shared.web import state
from tests.support import world as worlds

GOAL_SECONDS = 60
EACH = 10
"""Events of a case."""


def main(arguments: list[str]) -> int:
    """Fills, verifies; 1 where it took more processor time than the goal allows, or found a fault in what is sound."""
    return on_each_engine(arguments, __doc__, "events", 1_000_000, _measure)


def _measure(place: Installed, n: int) -> bool:
    with place.app.app_context():
        fill(place, n)
        used, others, began = time.process_time(), machine.cpu_seconds(place.db_pids), time.monotonic()
        report = verification.verify(state.keys())
        wall, own = time.monotonic() - began, time.process_time() - used
        cpu = own + machine.cpu_seconds(place.db_pids) - others
        let_go()
    say(
        f"{place.engine}: {report.events} events verified in {wall:.1f} s, {cpu:.1f} s of processor time, of these "
        f"{own:.1f} s our own (goal {GOAL_SECONDS}); {report.faults} faults"
    )
    return cpu > GOAL_SECONDS or report.faults > 0


def fill(place: Installed, n: int) -> None:
    """Cases made of the first one, each with a chain of its own, in the order in which they would have happened."""
    say(f"{place.engine}: writing {n} events")
    worlds.township().file_case(place.app)
    keys = state.keys()
    multiply(Case.__tablename__, n // EACH)
    with work() as session:
        first = session.scalars(select(func.max(Event.id))).one()
        query = select(Case.id, Case.receipt_no, Case.institution_id).where(Case.id >= 20).order_by(Case.id)
        rows = _rows(keys, [tuple(row) for row in session.execute(query)], first)
        while batch := list(islice(rows, 10_000)):
            session.execute(insert(Event), batch)
    settle(place.engine)
    checkpoints.make(signing.load(state.settings().key_dir, create=True), clock.now())


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
