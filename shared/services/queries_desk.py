"""The top of the desk: how much lies in each heap, and which piece of work comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shared.db import FAR
from shared.domain.visibility import Actor
from shared.services import queries_queue
from shared.services.queries_heaps import Heap, Task
from shared.services.queries_office_heaps import CASE_HEAPS
from shared.services.queries_queue import PRESSING

TALLIED = {code: states for code, _roles, states in CASE_HEAPS if code != "investigate"}
"""Heaps that hold every case of some states; what somebody investigates is that person's alone."""

WATCHED = {*PRESSING, "tracked"}
"""Heaps of cases on which the office keeps an eye, whoever has to take the next step."""


def counts(actor: Actor, now: dt.datetime, heaps: Sequence[Heap]) -> dict[str, str]:
    """How many tasks each heap holds, a `+` behind where no counter knows; asks nothing where all are shown."""
    found = {h.code: str(len(h.tasks)) for h in heaps}
    long = {h.code for h in heaps if h.more}
    beside = queries_queue.beside(actor, now) if long & {*TALLIED, *PRESSING} else {}
    for code in long:
        known = sum(beside.get(f"state:{s}", 0) for s in TALLIED.get(code, ())) or beside.get(code, 0)
        capped = known >= queries_queue.COUNTED and code in PRESSING
        found[code] = f"{known}+" if capped else str(known) if known else f"{found[code]}+"
    return found


def most_urgent(heaps: Sequence[Heap]) -> Task | None:
    """What is due first of what this person does; of what the office watches only where nothing else waits."""
    own = [t for h in heaps if h.code not in WATCHED for t in h.tasks]
    watched = [t for h in heaps if h.code in WATCHED for t in h.tasks]
    return min(own or watched, key=_due, default=None)


def _due(task: Task) -> dt.datetime:
    if task.case is not None:
        return task.case.due_at
    if task.day is not None:
        return dt.datetime.combine(task.day, dt.time(23, 59), dt.UTC)
    if task.kind in {"evidence", "report"}:
        return dt.datetime.fromisoformat(task.number).replace(tzinfo=dt.UTC)
    return FAR
