"""What became of messages that left: receipts, bounces, and asking for those that never came.

Final states never move (promises R8): a receipt counts only for a message that is `sent`, once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import reading, work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import Receipt
from shared.senders.bounce import read_bounce
from shared.services.channels import tag
from shared.services.recipients import recipients

LONGEST_REASON, LONGEST_REF = 80, 100
ASK_AFTER, ASK_AGAIN = dt.timedelta(minutes=10), dt.timedelta(minutes=30)
ASK_UNTIL = dt.timedelta(days=3)
ASKED_AT_ONCE = 50
CHINA = ZoneInfo("Asia/Shanghai")
# Literals: the partial indexes ask for them.
_NAMED: ColumnElement[bool] = literal_column("delivery.provider_ref <> ''")
_SENT: ColumnElement[bool] = literal_column("delivery.state = 'sent'")
_REFERENCE = re.compile(r"(?:huiyin|message)-(\d{1,18}-\d{1,9})-([0-9a-z]{16})")


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message whose receipt is late."""

    outbox_id: int
    ref: str
    sent_at: dt.datetime

    @property
    def day(self) -> str:
        """The day on which it left, as the provider's calendar has it."""
        return f"{self.sent_at.astimezone(CHINA):%Y%m%d}"


def receive(provider: str, receipts: Iterable[Receipt], providers: Collection[str], now: dt.datetime) -> int:
    """Notes receipts and returns how many moved something; `providers` are all that this installation has.

    Unknown, repeated and late ones move nothing. A failure gives the next provider a turn, or fails for good.
    """
    return sum(_receive(provider, receipt, providers, now) for receipt in receipts)


def _receive(provider: str, receipt: Receipt, providers: Collection[str], now: dt.datetime) -> bool:
    ref = receipt.ref
    if not ref or len(ref) > LONGEST_REF or not ref.isprintable():
        return False
    with work() as session:
        query = select(Delivery).where(_NAMED, Delivery.provider_ref == ref, Delivery.provider == provider)
        row = session.scalar(query.limit(1).with_for_update())
        if row is None or row.state != "sent":
            return False
        if receipt.delivered:
            row.state, row.reason = "delivered", ""
        else:
            failed = {*filter(None, row.failed_by.split(",")), provider}
            row.failed_by = ",".join(sorted(failed))
            row.state, row.reason = "retry" if set(providers) - failed else "failed", _clean(receipt.reason)
        session.flush()
        settle(session, row.outbox_id, now)
    return True


def settle(session: Session, outbox_id: int, now: dt.datetime) -> None:
    """Brings a notice that has left up to what is known of its messages; one that a person settled stays as it is."""
    notice = session.get_one(OutboxRow, outbox_id, with_for_update=True)
    if notice.state not in {"sent", "delivered"}:
        return
    found = session.execute(select(Delivery.state, Delivery.reason).where(Delivery.outbox_id == outbox_id)).all()
    states, reason = {state for state, _ in found}, next((reason for _, reason in found if reason), "")
    if "retry" in states:
        notice.state, notice.not_before, notice.attempts, notice.done_at = "queued", now, 0, None
        notice.lease = notice.leased_until = None
    elif "sent" not in states:
        notice.state = "delivered" if "delivered" in states else "failed"
    notice.outcome = "" if notice.state == "delivered" else reason


def bounced(keys: Keys, raw: bytes, now: dt.datetime) -> bool:
    """Takes a mail server's notification in: the letter that it gives up has failed; anything else moves nothing."""
    bounce = read_bounce(raw)
    found = _REFERENCE.fullmatch(bounce.reference) if bounce else None
    # The end of the reference is keyed: nobody who only guesses numbers can fail somebody else's letter.
    if bounce is None or found is None or tag(keys, found[1]) != found[2]:
        return False
    outbox_id, person_id = map(int, found[1].split("-"))
    who = Delivery.person_id == person_id if person_id else Delivery.person_id.is_(None)
    with work() as session:
        query = select(Delivery).where(Delivery.outbox_id == outbox_id, who, Delivery.channel == "email")
        row = session.scalar(query.with_for_update())
        if row is None or row.state != "sent":
            return False
        row.state, row.reason = "failed", _clean(bounce.reason)
        session.flush()
        settle(session, outbox_id, now)
    return True


def awaited(provider: str, now: dt.datetime) -> list[Awaited]:
    """Messages whose receipt is late, marked as asked for now; those of the longest silence first."""
    with work() as session:
        rows = session.scalars(
            select(Delivery)
            .where(
                _NAMED,
                _SENT,
                Delivery.provider == provider,
                Delivery.at.between(now - ASK_UNTIL, now - ASK_AFTER),
                or_(Delivery.asked_at.is_(None), Delivery.asked_at <= now - ASK_AGAIN),
            )
            .order_by(Delivery.at)
            .limit(ASKED_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.asked_at = now
        return [Awaited(row.outbox_id, row.provider_ref, row.at) for row in rows]


def number_of(keys: Keys, notifier: Mapping[str, bytes], outbox_id: int, now: dt.datetime) -> str:
    """The number that a text message went to, '' where nobody may know it any more; in the worker process only."""
    with reading() as session:
        try:
            people = recipients(session, keys, notifier, session.get_one(OutboxRow, outbox_id), now)
        finally:
            session.rollback()  # a provider is asked next
    return next((one.address for one in people if one.channel == "sms"), "")


def _clean(reason: str) -> str:
    return "".join(filter(str.isprintable, reason))[:LONGEST_REASON] or "not_delivered"
