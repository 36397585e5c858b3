"""What the demo's pages read: messages as they left, newest first, and who can be tried."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.db import reading
from shared.domain.lifecycle import ADMIN_ROLES
from shared.models.institution import Institution
from shared.models.outbox import Delivery, OutboxRow
from shared.models.person import Grant, Person
from shared.services.regimes import regime_of

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


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Who can be tried in the demo."""

    place: str
    username: str
    name: str
    titles: list[str]


def demo_people() -> list[DemoPerson]:
    """The demo's accounts with their roles, for the sign-in page of demo mode."""
    with reading() as session:
        query = select(Person, Institution).join(Institution, Institution.id == Person.institution_id)
        query = query.options(joinedload(Person.grants).joinedload(Grant.unit)).order_by(Institution.id, Person.id)
        found = []
        for person, place in session.execute(query).unique():
            regime = regime_of(session, place.regime_version_id)
            titles = {
                f"{g.unit.name} · {regime.name_of('roles', g.role)}" if g.role not in ADMIN_ROLES else g.role: None
                for g in person.grants
            }
            found.append(DemoPerson(f"{place.name}{place.office_name}", person.username, person.name, list(titles)))
        return found
