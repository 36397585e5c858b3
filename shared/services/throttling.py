"""Tries are counted before they are judged, in the database, so that neither a restart nor a lost Redis forgives."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from shared.db import work
from shared.domain import throttle
from shared.domain.errors import Refused
from shared.models.throttle import Throttle


def count_try(key: str, now: dt.datetime) -> None:
    """Counts a try as failed until `forgive` says otherwise; raises Refused('wait', seconds) when it is too soon."""
    with work() as session:
        row = session.scalar(select(Throttle).where(Throttle.key == key).with_for_update())
        if row is None:
            session.add(Throttle(key=key, failures=1, last_at=now))
            return
        wait = throttle.may_try(row.failures, row.last_at, now)
        if wait:
            raise Refused("wait", seconds=max(1, round(wait.total_seconds())))
        row.failures = throttle.still_counted(row.failures, row.last_at, now) + 1
        row.last_at = now


def forgive(key: str) -> None:
    """Forgets the failures: the last try was right."""
    with work() as session:
        session.execute(delete(Throttle).where(Throttle.key == key))
