"""How sending goes, for those who keep the system running: counts and reasons, never whom or what about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from shared.db import reading
from shared.domain.visibility import Actor, need_sight
from shared.models.outbox import Delivery, OutboxRow

SHOWN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Count:
    """So many messages that went one way stand where they stand for this reason."""

    channel: str
    provider: str
    state: str
    reason: str
    count: int


def last_days(actor: Actor, now: dt.datetime) -> list[Count]:
    """The messages of the last days by way, state and reason, the most first; raises Refused('not_yours')."""
    need_sight(actor, "sms_templates")
    what = Delivery.channel, Delivery.provider, Delivery.state, Delivery.reason
    query = (
        select(*what, func.count())
        .join(OutboxRow, OutboxRow.id == Delivery.outbox_id)
        .where(
            OutboxRow.institution_id == actor.institution_id,
            OutboxRow.created_at >= now - dt.timedelta(days=SHOWN_DAYS),
        )
        .group_by(*what)
        .order_by(func.count().desc(), *what)
    )
    with reading() as session:
        return [Count(*row) for row in session.execute(query)]
