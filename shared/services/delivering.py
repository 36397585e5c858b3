"""One notice on its way to one person: written in their language, handed over by the channel that reaches them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.crypto import Keys
from shared.domain.notices import Channel
from shared.models.outbox import OutboxRow
from shared.senders import Email, Result, Sms, SmsSender
from shared.senders.render import render_email, render_neutral, render_sms
from shared.services import channels
from shared.services.recipients import Recipient


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
class Attempt:
    """How one try to reach one recipient went, by which channel, and the text for the demo's outbox page."""

    to: Recipient
    result: Result
    channel: Channel
    shown: str = field(default="", repr=False)


def deliver(row: OutboxRow, to: Recipient, stated: Mapping[str, str], post: Post, now: dt.datetime) -> Attempt:
    """Writes the notice from the facts `stated` and hands it over; raises where it can't be written.

    No transaction is open meanwhile; a letter reads no row, a text message its hours, caps and templates. A provider's
    reference is made of the row's id and the person's, so it is the same on every attempt (R2).
    """
    parts, shown = _written(row, to, stated, post)
    result = channels.send_to(row.id, to.person_id, parts, post.ways, now)
    return Attempt(to, result, to.channel, shown if post.show else "")


def _neutral(row: OutboxRow, to: Recipient, post: Post) -> tuple[Email | Sms, str]:
    """The same words for whatever happened, under a name that tells nothing (promises 1.8)."""
    subject, text, words = render_neutral(to.locale, post.neutral)
    reference = channels.reference(post.keys, row.id, None, neutral=True)
    if to.channel is Channel.SMS:
        return Sms(to.address, "neutral", words, {}, reference, post.neutral), words
    return Email(to.address, subject, text, None, reference, post.neutral_from), f"{subject}\n\n{text}"


def _written(row: OutboxRow, to: Recipient, stated: Mapping[str, str], post: Post) -> tuple[Email | Sms, str]:
    if to.neutral:
        return _neutral(row, to, post)
    reference = channels.reference(post.keys, row.id, to.person_id)
    if to.channel is Channel.SMS:
        text, params = render_sms(row.notice, to.locale, stated)
        return Sms(to.address, row.notice, text, params, reference), text
    subject, text, html = render_email(row.notice, to.locale, stated)
    return Email(to.address, subject, text, html, reference), f"{subject}\n\n{text}"
