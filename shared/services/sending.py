"""The outbox as a queue: taken in batches by lease, each recipient told once, tried again while the way is blocked."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Update, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.db import db, reading, work
from shared.domain.retrying import MOST_ATTEMPTS, MOST_FAULTS, wait_after
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import SENT, Outcome, Result
from shared.services import digests, last_addresses
from shared.services.batch_facts import Known
from shared.services.claims import BATCH, FREE, LEASE, Batch, Lease, claim
from shared.services.delivering import Attempt, Post, deliver
from shared.services.digests import facts
from shared.services.recipients import Recipient, recipients

__all__ = ["BATCH", "LEASE", "Batch", "Done", "Post", "claim", "send"]

PATIENCE_SECONDS = 2.0
"""A batch on a slow line gives back what it hasn't reached, so that something urgent waits no longer than this."""


SLOW_SECONDS = 20
"""Nor does one notice to many people hold its worker for longer; the others are told at the next try."""


@dataclass(slots=True)
class Done:
    """How many notices of a batch ended in which state, and our own faults as (id, kind of fault)."""

    states: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Owed:
    """A notice of the batch: who is still to be told, with the facts for each, and what is settled already."""

    row: OutboxRow
    people: list[tuple[Recipient, dict[str, str]]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    """Who is told in the morning, with everything else."""
    noted: dict[int | None, int] = field(default_factory=dict)
    """The delivery that stands for a person whom an earlier try didn't reach."""
    fault: str = ""


def send(batch: Batch, post: Post, now: dt.datetime) -> Done:
    """Sends a claimed batch to everybody it is for, as far as its patience goes, and writes down how it ended.

    A recipient who has it already is left out, so a second run after a crash sends at most one letter twice (R2).
    """
    lease, done, ended = Lease(batch, now), Done(), list[tuple[_Owed, str]]()
    with _notes(now) as notes:
        found, looked_up = _look_up(batch, post, now), lease.seconds
        for owed in found:
            if ended and lease.seconds - looked_up > PATIENCE_SECONDS:
                break
            if not _tell(owed, post, lease, notes, now):
                continue
            ended.append((owed, "fault" if owed.fault else _end(owed)))
            if owed.fault:
                done.faults.append((owed.row.id, owed.fault))
    done.states.update(_finish(batch, ended, now))
    return done


def _look_up(batch: Batch, post: Post, now: dt.datetime) -> list[_Owed]:
    """The notices that are still ours, with everything that sending them needs; no transaction stays open after."""
    with reading() as session:
        try:
            found = {
                row.id: _Owed(row) for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(batch.ids)))
            }
            for before in session.scalars(select(Delivery).where(Delivery.outbox_id.in_(batch.ids))):
                _remember(found[before.outbox_id], before)
            known = Known(session, [owed.row for owed in found.values()])
            for owed in found.values():
                _address(owed, known, post, now)
            session.expunge_all()
        finally:
            session.rollback()
    mine = (found[row_id] for row_id in batch.ids if row_id in found)
    return [owed for owed in mine if owed.row.lease == batch.lease and owed.row.state == "queued"]


def _remember(owed: _Owed, before: Delivery) -> None:
    again = before.state == Outcome.RETRY
    owed.noted[before.person_id] = before.id if again else 0
    if not again:  # whatever became of it since, it was handed over
        owed.results.append(Result(Outcome.FAILED, before.reason) if before.state == Outcome.FAILED else SENT)


def _address(owed: _Owed, known: Known, post: Post, now: dt.datetime) -> None:
    try:
        people = recipients(known, post.keys, post.notifier, owed.row, now)
        waiting = [to for to in people if owed.noted.get(to.person_id) != 0]
        owed.later = [to.person_id for to in waiting if to.later and to.person_id]
        owed.people = [(to, facts(known, owed.row, post.base_url, to.locale)) for to in waiting if not to.later]
    except SQLAlchemyError:
        raise
    except Exception as fault:  # a job's edge: an unreadable contact, a row that names nobody
        owed.fault = type(fault).__name__


def _tell(owed: _Owed, post: Post, lease: Lease, notes: _Notes, now: dt.datetime) -> bool:
    """Tells everybody who hasn't been told; false where the notice was taken over meanwhile."""
    try:
        owed.results += digests.put_aside(owed.row.id, owed.later, now)
        for to, stated in owed.people:
            if not lease.holds(owed.row.id):
                return False
            if lease.seconds > SLOW_SECONDS:
                owed.results.append(Result(Outcome.RETRY, "slow"))
                break
            attempt = deliver(owed.row, to, stated, post, now)
            notes.add(owed, attempt)
            owed.results.append(attempt.result)
    except SQLAlchemyError:
        raise  # the database is away: nothing can be written down, the lease runs out
    except Exception as fault:  # a job's edge: one notice that can't be written must not stop the others
        owed.fault = type(fault).__name__
    return True


@contextmanager
def _notes(now: dt.datetime) -> Iterator[_Notes]:
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # BEGIN and COMMIT would be two more ways
    with engine.connect() as connection:
        yield _Notes(connection, now)


class _Notes:
    """Notes each letter before the next one leaves, on one connection for the whole batch.

    The statements are made once and each is its own transaction: this is what a letter costs in the database.
    """

    def __init__(self, connection: Connection, now: dt.datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, owed: _Owed, attempt: Attempt) -> None:
        """One delivery row per recipient; a later try of the same writes over it."""
        to, result = attempt.to.person_id, attempt.result
        said = {"channel": str(attempt.channel), "state": str(result.outcome), "reason": result.reason}
        more = {"shown": attempt.shown, "at": self._now, "provider": result.provider, "provider_ref": result.ref}
        before = owed.noted.get(to)
        with self._connection.begin():
            if before:
                self._connection.execute(_NOTE_AGAIN, {**said, **more, "before": before})
            else:
                self._connection.execute(_NOTE, {**said, **more, "outbox_id": owed.row.id, "person_id": to})


_NOTE = insert(Delivery)
_NOTE_AGAIN = update(Delivery).where(Delivery.id == bindparam("before"))


def _end(owed: _Owed) -> str:
    outcomes = {result.outcome for result in owed.results}
    if _until(owed) is not None:
        return "queued"
    if Outcome.RETRY in outcomes and owed.row.attempts + 1 < MOST_ATTEMPTS:
        return "queued"
    return "sent" if Outcome.SENT in outcomes else "failed" if owed.results else "dropped"


def _until(owed: _Owed) -> dt.datetime | None:
    """When somebody may be told who can't be now: at night, or above the caps. Waiting isn't a try."""
    return min((result.until for result in owed.results if result.until), default=None)


def _finish(batch: Batch, ended: list[tuple[_Owed, str]], now: dt.datetime) -> Counter[str]:
    """Writes down how each notice ended, where it is still ours, and gives back what wasn't reached."""
    together: dict[tuple[str, str], list[int]] = {}
    again: list[dict[str, Any]] = []
    for owed, state in ended:
        if state in {"queued", "fault"}:
            again.append(_again(owed, state, now))
        else:
            reason = next((result.reason for result in owed.results if result.reason), "")
            together.setdefault((state, reason if owed.results else "nobody"), []).append(owed.row.id)
    counted = Counter[str]()
    ours = update(OutboxRow).where(OutboxRow.lease == batch.lease, OutboxRow.state == "queued")
    with work() as session:
        for (state, outcome), ids in together.items():
            final = {"state": state, "outcome": outcome, "done_at": now, "attempts": OutboxRow.attempts + 1, **FREE}
            counted[state] += _count(session, ours.where(OutboxRow.id.in_(ids)).values(final))
        gone = [i for (state, _), ids in together.items() if state != "failed" for i in ids]
        last_addresses.left(session, gone)  # of what failed somebody may try again
        for values in again:
            counted[values["state"]] += _count(session, ours.where(OutboxRow.id == values.pop("id")).values(values))
        if len(ended) < len(batch.ids):
            _count(session, ours.where(OutboxRow.id.in_(batch.ids)).values(FREE))
    return counted


def _again(owed: _Owed, state: str, now: dt.datetime) -> dict[str, Any]:
    """What becomes of a notice that will be tried again, or that our own code failed on."""
    row, chance = owed.row, random.random()  # noqa: S311  # spreads load, guards nothing  # nosec B311
    if state == "queued":
        reason = next(result.reason for result in owed.results if result.outcome is Outcome.RETRY)
        until, tried = _until(owed), row.attempts + 1
        waits = {"not_before": until} if until else {"not_before": now + wait_after(tried, chance), "attempts": tried}
        return {"id": row.id, "state": "queued", "outcome": reason, **waits, **FREE}
    faults = row.faults + 1
    values = {"id": row.id, "faults": faults, "outcome": "not_written", **FREE}
    if faults >= MOST_FAULTS:
        return values | {"state": "parked", "done_at": now}
    return values | {"state": "queued", "not_before": now + wait_after(faults + 2, chance)}


def _count(session: Session, statement: Update) -> int:
    return session.connection().execute(statement).rowcount
