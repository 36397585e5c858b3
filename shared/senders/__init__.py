"""What leaves the house and how it went: messages, outcomes, and the sender that sends nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """SENT: handed over. RETRY: the way there failed, try again. FAILED: this message will never go."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome and, where nothing was sent, a reason code that never holds an address or a text."""

    outcome: Outcome
    reason: str = ""
    ref: str = field(default="", compare=False)
    """The provider's own number of the message, by which its receipt is known."""
    provider: str = field(default="", compare=False)
    until: dt.datetime | None = field(default=None, compare=False)
    """RETRY: not before this moment, and the try wasn't one."""
    about_address: bool = field(default=False, compare=False)
    """FAILED because of the address itself: no other provider would get there."""


SENT = Result(Outcome.SENT)


@dataclass(frozen=True, slots=True)
class Email:
    """One letter to one address; `reference` is the same on every attempt."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    reference: str
    sender: str = ""
    """Whose name it comes under, where that isn't the installation's own."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message to one number; a provider with approved templates sends `params`, not `text`."""

    to: str = field(repr=False)
    notice_code: str
    text: str = field(repr=False)
    params: dict[str, str] = field(repr=False)
    reference: str
    sign: str = ""
    """Whose 【signature】 it goes out under; one account may hold those of several institutions."""
    template: str = ""
    """The provider's number of the approved template."""
    order: tuple[str, ...] = ()
    """The names of `params` in the order in which the template counts them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later became of a message it took: `ref` is its number of it."""

    ref: str
    delivered: bool
    reason: str = ""


class SmsSender(Protocol):
    """Anything that can send a text message; never raises for what a network or a provider does."""

    def send(self, sms: Sms) -> Result:
        """Hand the message over, within seconds."""


class OutboxSms:
    """For a demo: nothing leaves, the outbox page shows what would have been sent."""

    def send(self, sms: Sms) -> Result:
        """Say that it was sent."""
        return SENT
