"""Taking notices out of the outbox for a while: by lease, so that nobody else sends them and none is lost."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.priorities import Priority
from shared.domain.retrying import MOST_FAULTS
from shared.models.outbox import OutboxRow

LEASE = dt.timedelta(seconds=45)
"""R16 says a minute; a dead worker's notices go on within one, the scheduler's round included."""
RENEW_SECONDS = 15
BATCH = 100
FREE: dict[str, Any] = {"lease": None, "leased_until": None}


@dataclass(frozen=True, slots=True)
class Batch:
    """Notices that are ours for a while, in the order of sending."""

    lease: str
    ids: tuple[int, ...]

    @property
    def full(self) -> bool:
        """Whether there may be more: worth calling another worker."""
        return len(self.ids) == BATCH


class Lease:
    """How long a batch has been ours, renewed in time; a worker that slept through it finds out before it sends."""

    def __init__(self, batch: Batch, now: dt.datetime) -> None:
        self._batch, self.now, self._began = batch, now, time.monotonic()
        self._kept, self._ours = self._began, frozenset(batch.ids)

    @property
    def seconds(self) -> float:
        """Since the batch was taken."""
        return time.monotonic() - self._began

    def holds(self, row_id: int) -> bool:
        """Whether the notice is still ours to send."""
        if time.monotonic() - self._kept > RENEW_SECONDS:
            self._renew()
        return row_id in self._ours

    def _renew(self) -> None:
        mine = OutboxRow.lease == self._batch.lease
        until = self.now + dt.timedelta(seconds=self.seconds) + LEASE
        with work() as session:
            session.execute(update(OutboxRow).where(mine, OutboxRow.id.in_(self._batch.ids)).values(leased_until=until))
            self._ours = frozenset(session.scalars(select(OutboxRow.id).where(mine, OutboxRow.id.in_(self._batch.ids))))
        self._kept = time.monotonic()


def claim(now: dt.datetime, most: int = BATCH) -> Batch | None:
    """Takes the next due notices, the urgent ones first, so that nobody else sends them; None when nothing is due.

    A notice whose worker died is taken alone: if it is the cause, no other has to suffer for it, and after a few
    deaths it is parked for a person to look at (R16).
    """
    with work() as session:
        while found := _next(session, now, most):
            first = found[0]
            if first.lease is None:
                fresh = takewhile(lambda row: row.lease is None, found)
                return _lease(session, [row.id for row in fresh], now)
            if first.faults + 1 < MOST_FAULTS:
                return _lease(session, [first.id], now, faults=first.faults + 1)
            parked = {"state": "parked", "outcome": "worker_died", "faults": first.faults + 1, "done_at": now, **FREE}
            session.execute(update(OutboxRow).where(OutboxRow.id == first.id).values(parked))
        return None


def anything_due(now: dt.datetime) -> bool:
    """Whether the outbox holds something to send, whose bell may have been lost (R9)."""
    with reading() as session:
        return any(session.scalar(_due(priority, now).limit(1)) for priority in Priority)


def _due(priority: Priority, now: dt.datetime) -> Any:
    # One priority at a time: a range of the index, however many others wait for their next try.
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
    return select(OutboxRow.id, OutboxRow.lease, OutboxRow.faults).where(
        OutboxRow.state == "queued", OutboxRow.priority == int(priority), OutboxRow.not_before <= now, free
    )


def _next(session: Session, now: dt.datetime, most: int) -> Sequence[Row[tuple[int, str | None, int]]]:
    for priority in Priority:
        ordered = _due(priority, now).order_by(OutboxRow.not_before, OutboxRow.id).limit(most)
        found: Sequence[Row[tuple[int, str | None, int]]] = session.execute(
            ordered.with_for_update(skip_locked=True)
        ).all()
        if found:
            return found
    return []


def _lease(session: Session, ids: list[int], now: dt.datetime, **more: int) -> Batch:
    batch = Batch(secrets.token_hex(8), tuple(ids))
    ours = update(OutboxRow).where(OutboxRow.id.in_(ids))
    session.execute(ours.values(lease=batch.lease, leased_until=now + LEASE, **more))
    return batch
