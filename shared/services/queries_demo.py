"""What the demo's outbox page reads: messages as they left, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import reading
from shared.models.institution import Institution
from shared.models.outbox import Delivery, OutboxRow
from shared.models.person import Person

PAGE = 30


@dataclass(frozen=True, slots=True)
class Left:
    """One message that left, or would have; `to` is empty for the citizen."""

    id: int
    at: dt.datetime
    channel: str
    state: str
    to: str
    sender: str
    head: str
    text: str


def messages(channel: str = "", before: int | None = None) -> tuple[list[Left], int | None]:
    """A page of messages, by channel where one is named, and where the next page begins."""
    query = (
        select(Delivery, Person.name, Institution.name)
        .join(OutboxRow, OutboxRow.id == Delivery.outbox_id)
        .join(Institution, Institution.id == OutboxRow.institution_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(Delivery.shown != "")
        .order_by(Delivery.id.desc())
        .limit(PAGE + 1)
    )
    if channel:
        query = query.where(Delivery.channel == channel)
    if before is not None:
        query = query.where(Delivery.id < before)
    with reading() as session:
        found = [_left(row, person, place) for row, person, place in session.execute(query)]
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def _left(row: Delivery, person: str | None, place: str) -> Left:
    head, _, text = row.shown.partition("\n\n") if row.channel == "email" else ("", "", row.shown)
    return Left(row.id, row.at, row.channel, row.state, person or "", place, head, text)
