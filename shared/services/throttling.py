"""Tries are counted before they are judged, in the database, so that neither a restart nor a lost Redis forgives."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from shared.db import insert_into, work
from shared.domain import throttle
from shared.domain.errors import Refused
from shared.domain.throttle import Lock
from shared.models.throttle import Throttle


def count_try(key: str, now: dt.datetime, lock: Lock | None = None) -> None:
    """Counts a try as failed until `forgive` says otherwise; raises Refused('wait', seconds) when it is too soon."""
    with work() as session:
        # Made or locked in one statement: of many tries at once each waits for the one before it, and `forgive`, which
        # removes the row, can't come between.
        made = insert_into(session, Throttle).values(key=key, failures=0, last_at=now)
        session.execute(made.on_conflict_do_update(index_elements=[Throttle.key], set_={"key": Throttle.key}))
        row = session.execute(select(Throttle).where(Throttle.key == key)).scalar_one()
        wait = throttle.may_try(row.failures, row.last_at, now, lock)
        if wait:
            raise Refused("wait", seconds=int(wait.total_seconds()) + 1)
        row.failures = throttle.still_counted(row.failures, row.last_at, now, lock) + 1
        row.last_at = now


def forgive(key: str) -> None:
    """Forgets the failures: the last try was right."""
    with work() as session:
        session.execute(delete(Throttle).where(Throttle.key == key))
