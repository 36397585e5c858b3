"""Sending what is owed: claimed by lease, each recipient once, tried again while the way there is blocked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import or_, select

from shared.db import reading, work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import Outcome, Result
from shared.services.delivering import Attempt, Post, deliver
from shared.services.recipients import Recipient, facts, recipients

__all__ = ["LEASE", "Post", "claim", "give_back", "send"]

LEASE = dt.timedelta(seconds=60)
RETRY_AFTER = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 50
"""R7: at once, again at once, then 48 times five minutes apart; afterwards somebody has to call or write."""


def claim(now: dt.datetime) -> int | None:
    """Takes the next due notice for a minute, so that nobody else sends it; None when nothing is due (R9)."""
    with work() as session:
        row = session.scalar(
            select(OutboxRow)
            .where(
                OutboxRow.state == "queued",
                OutboxRow.not_before <= now,
                or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now),
            )
            .order_by(OutboxRow.not_before, OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        row.leased_until = now + LEASE
        return row.id


def send(outbox_id: int, post: Post, now: dt.datetime) -> str:
    """Sends one claimed notice to everybody it is for and says where it stands then.

    A recipient who has it already is left out, so a second run after a crash sends at most one letter twice (R2).
    """
    row, people, done = _look_up(outbox_id, post)
    results = list(done)
    for to, stated in people:
        attempt = deliver(row, to, stated, post)
        _note(outbox_id, attempt, now)
        results.append(attempt.result)
    return _finish(outbox_id, results, now)


def give_back(outbox_id: int, now: dt.datetime, reason: str) -> str:
    """Puts a notice that could not even be written aside for a while; `reason` is a code."""
    return _finish(outbox_id, [Result(Outcome.RETRY, reason)], now)


def _look_up(outbox_id: int, post: Post) -> tuple[OutboxRow, list[tuple[Recipient, dict[str, str]]], list[Result]]:
    """The row, who is still to be told with the facts for each, and the results of those that are settled."""
    with reading() as session:
        try:
            row = session.get_one(OutboxRow, outbox_id)
            before = session.scalars(select(Delivery).where(Delivery.outbox_id == outbox_id)).all()
            settled = {d.person_id: Result(Outcome(d.state), d.reason) for d in before if d.state != Outcome.RETRY}
            people = [r for r in recipients(session, post.keys, post.notifier, row) if r.person_id not in settled]
            told = [(r, facts(session, row, post.base_url, r.locale)) for r in people]
            session.expunge(row)
        finally:
            session.rollback()  # no transaction stays open while a mail server takes its time
    return row, told, list(settled.values())


def _note(outbox_id: int, attempt: Attempt, now: dt.datetime) -> None:
    """One delivery row per recipient, committed before the next message leaves."""
    person_id = attempt.to.person_id
    with work() as session:
        to = Delivery.person_id.is_(None) if person_id is None else Delivery.person_id == person_id
        row = session.scalar(select(Delivery).where(Delivery.outbox_id == outbox_id, to))
        if row is None:
            row = Delivery(outbox_id=outbox_id, person_id=person_id)
            session.add(row)
        row.channel, row.state, row.reason = str(attempt.channel), str(attempt.result.outcome), attempt.result.reason
        row.shown, row.at = attempt.shown, now


def _finish(outbox_id: int, results: Iterable[Result], now: dt.datetime) -> str:
    found = list(results)
    outcomes = {result.outcome for result in found}
    reason = next((result.reason for result in found if result.reason), "")
    with work() as session:
        row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
        row.leased_until = None
        if Outcome.RETRY in outcomes and row.attempts < MOST_ATTEMPTS:
            row.not_before = now if row.attempts == 1 else now + RETRY_AFTER
            row.outcome = reason
            return row.state
        row.state = "sent" if Outcome.SENT in outcomes else "failed" if found else "dropped"
        row.outcome, row.done_at = reason or ("" if found else "nobody"), now
        return row.state
