"""Sending what is owed: claimed by lease, each recipient once, tried again while the way there is blocked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.notices import Channel
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import SENT, Email, Outcome, Result, Sms, SmsSender
from shared.senders.render import render_email, render_neutral, render_sms
from shared.services import channels, digests
from shared.services.digests import facts
from shared.services.recipients import Recipient, recipients

LEASE = dt.timedelta(seconds=60)
RETRY_AFTER = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 50
"""R7: at once, again at once, then 48 times five minutes apart; afterwards somebody has to call or write."""


@dataclass(frozen=True, slots=True)
class Post:
    """The ways out of this installation; `show` keeps the texts for the demo's outbox page."""

    keys: Keys
    email: Callable[[Email], Result]
    sms: SmsSender
    base_url: str
    show: bool = False
    notifier: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The keys that open a complainant's contact; the worker process alone has them."""
    neutral: str = "服务通知"
    """The name under which neutral notices go out; no office can be read from it."""
    neutral_from: str = ""
    providers: Mapping[str, SmsSender] = field(default_factory=dict)
    """Who takes text messages, by name, in the order in which they are tried; without any, `sms` does."""
    caps: channels.Caps = field(default_factory=channels.Caps)

    @property
    def ways(self) -> channels.Ways:
        """The same ways out, for one recipient."""
        return channels.Ways(self.keys, self.email, self.sms, self.providers, self.caps)


@dataclass(frozen=True, slots=True)
class Message:
    """One rendered message for one recipient."""

    to: Recipient
    parts: Email | Sms = field(repr=False)
    shown: str = field(repr=False)


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
    messages, done, later = _compose(outbox_id, post, now)
    results = [*done, *digests.put_aside(outbox_id, later, now)]
    for message in messages:
        result = channels.send_to(outbox_id, message.to.person_id, message.parts, post.ways, now)
        _note(outbox_id, message, result, post, now)
        results.append(result)
    return _finish(outbox_id, results, now)


def give_back(outbox_id: int, now: dt.datetime, reason: str) -> str:
    """Puts a notice that could not even be written aside for a while; `reason` is a code."""
    return _finish(outbox_id, [Result(Outcome.RETRY, reason)], now)


def _compose(outbox_id: int, post: Post, now: dt.datetime) -> tuple[list[Message], list[Result], list[int]]:
    """The messages still to send, the results of those that are settled, and who is told in the morning."""
    with reading() as session:
        try:
            row = session.get_one(OutboxRow, outbox_id)
            before = session.scalars(select(Delivery).where(Delivery.outbox_id == outbox_id)).all()
            settled = {d.person_id: _settled(d) for d in before if d.state != Outcome.RETRY}
            people = [r for r in recipients(session, post.keys, post.notifier, row, now) if r.person_id not in settled]
            at_once = [r for r in people if not r.later]
            messages = [_message(row, r, facts(session, row, post.base_url, r.locale), post) for r in at_once]
        finally:
            session.rollback()  # no transaction stays open while a mail server takes its time
    return messages, list(settled.values()), [r.person_id or 0 for r in people if r.later]


def _settled(row: Delivery) -> Result:
    return SENT if row.state == "delivered" else Result(Outcome(row.state), row.reason)


def _neutral(row: OutboxRow, to: Recipient, post: Post) -> Message:
    """The same words for whatever happened, under a name that tells nothing (promises 1.8)."""
    subject, text, words = render_neutral(to.locale, post.neutral)
    reference = channels.reference(post.keys, row.id, None, neutral=True)
    if to.channel is Channel.SMS:
        return Message(to, Sms(to.address, "neutral", words, {}, reference, post.neutral), words)
    return Message(to, Email(to.address, subject, text, None, reference, post.neutral_from), f"{subject}\n\n{text}")


def _message(row: OutboxRow, to: Recipient, known: dict[str, str], post: Post) -> Message:
    if to.neutral:
        return _neutral(row, to, post)
    reference = channels.reference(post.keys, row.id, to.person_id)
    if to.channel is Channel.SMS:
        text, params = render_sms(row.notice, to.locale, known)
        return Message(to, Sms(to.address, row.notice, text, params, reference), text)
    subject, text, html = render_email(row.notice, to.locale, known)
    return Message(to, Email(to.address, subject, text, html, reference), f"{subject}\n\n{text}")


def _note(outbox_id: int, message: Message, result: Result, post: Post, now: dt.datetime) -> None:
    """One delivery row per recipient, committed before the next message leaves."""
    person_id = message.to.person_id
    with work() as session:
        to = Delivery.person_id.is_(None) if person_id is None else Delivery.person_id == person_id
        row = session.scalar(select(Delivery).where(Delivery.outbox_id == outbox_id, to))
        if row is None:
            row = Delivery(outbox_id=outbox_id, channel=str(message.to.channel), person_id=person_id)
            session.add(row)
        row.state, row.reason, row.at = str(result.outcome), result.reason, now
        row.shown = message.shown if post.show else ""
        row.provider, row.provider_ref = result.provider, result.ref


def _finish(outbox_id: int, results: Iterable[Result], now: dt.datetime) -> str:
    found = list(results)
    outcomes = {result.outcome for result in found}
    reason = next((result.reason for result in found if result.reason), "")
    with work() as session:
        row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
        row.leased_until = None
        until = min((result.until for result in found if result.until), default=None)
        if until is not None:  # it waits for an hour or a day, which isn't a try
            row.attempts -= 1
            row.not_before, row.outcome = until, reason
            return row.state
        if Outcome.RETRY in outcomes and row.attempts < MOST_ATTEMPTS:
            row.not_before = now if row.attempts == 1 else now + RETRY_AFTER
            row.outcome = reason
            return row.state
        row.state = "sent" if Outcome.SENT in outcomes else "failed" if found else "dropped"
        row.outcome, row.done_at = reason or ("" if found else "nobody"), now
        return row.state
