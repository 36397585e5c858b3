"""What leaves the house and how it went: messages, outcomes, and the sender that sends nothing."""

from __future__ import annotations

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


class SmsSender(Protocol):
    """Anything that can send a text message; never raises for what a network or a provider does."""

    def send(self, sms: Sms) -> Result:
        """Hand the message over, within seconds."""


class OutboxSms:
    """For a demo: nothing leaves, the outbox page shows what would have been sent."""

    def send(self, sms: Sms) -> Result:
        """Say that it was sent."""
        return SENT
