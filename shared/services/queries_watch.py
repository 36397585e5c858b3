"""What the auditor and the security administrator read of the security record: lines, and the alarms among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select

from shared.db import UtcDateTime, reading
from shared.domain import watching
from shared.domain.calendar import ONE_DAY
from shared.domain.mornings import midnight
from shared.domain.visibility import Actor, need_sight
from shared.domain.watching import ALARM_STANDS, CODE_OF, SPREAD
from shared.models.person import Person
from shared.models.security_record import SecurityRecord
from shared.services.queries_queue import place_of

PAGE = 50
SORT = case(CODE_OF, value=SecurityRecord.kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `who` 0 is everybody, -1 whoever typed a name that nobody has."""

    who: int = 0
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `name` is empty where nobody has the user name that was typed, `mark` then tells names apart."""

    id: int
    at: dt.datetime
    kind: str
    name: str
    mark: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look into: `code` is failures, refusals, reads or spread."""

    code: str
    person_id: int | None
    name: str
    count: int
    last: dt.datetime


def lines(actor: Actor, asked: Asked) -> tuple[list[Line], int | None]:
    """A page of the record, newest first, and where the next begins; raises Refused('not_yours')."""
    need_sight(actor, "security_record")
    query = (
        select(SecurityRecord, Person.name)
        .outerjoin(Person, Person.id == SecurityRecord.person_id)
        .where(_own(actor), *_filters(actor, asked))
        .order_by(SecurityRecord.id.desc())
        .limit(PAGE + 1)
    )
    with reading() as session:
        rows = [Line(r.id, r.at, r.kind, name or "", r.typed[:6], r.facts) for r, name in session.execute(query)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _own(actor: Actor) -> ColumnElement[bool]:
    """The own institution's, and what nobody's account is: names that don't exist belong to no institution."""
    return or_(SecurityRecord.institution_id == actor.institution_id, SecurityRecord.institution_id.is_(None))


def _filters(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.who:
        where.append(SecurityRecord.person_id == asked.who if asked.who > 0 else SecurityRecord.person_id.is_(None))
    if asked.kind in watching.KINDS:
        where.append(SecurityRecord.kind == asked.kind)
    zone = ZoneInfo(place_of(actor).time_zone)
    if asked.since:
        where.append(SecurityRecord.at >= midnight(asked.since, zone))
    if asked.until:
        where.append(SecurityRecord.at < midnight(asked.until + ONE_DAY, zone))
    if asked.before is not None:
        where.append(SecurityRecord.id < asked.before)
    return where


def alarms(actor: Actor, now: dt.datetime) -> list[Alarm]:
    """What of the last week somebody should look into, the newest first, in one statement."""
    need_sight(actor, "security_record")
    day = func.date(SecurityRecord.at)
    latest = func.max(SecurityRecord.at, type_=UtcDateTime())
    loud = SecurityRecord.kind.in_(CODE_OF), SecurityRecord.at > now - ALARM_STANDS
    query = (
        select(SecurityRecord.person_id, Person.name, SORT, day, func.count(), latest)
        .outerjoin(Person, Person.id == SecurityRecord.person_id)
        .where(_own(actor), *loud)
        .group_by(SecurityRecord.person_id, Person.name, SORT, day)
    )
    with reading() as session:
        rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(query)]
    found = [Alarm(code, who, name or "", count, last) for who, name, code, _day, count, last in rows]
    loud_ones = [a for a in found if a.person_id is not None and watching.too_many(a.code, a.count)]
    return sorted([*loud_ones, *_spread(rows)], key=lambda a: a.last, reverse=True)


def _spread(rows: list[tuple[Any, ...]]) -> list[Alarm]:
    """Failures all over the house on one day, each account below what is too many."""
    days: dict[Any, Alarm] = {}
    for _who, _name, code, day, count, last in rows:
        if code == "failures":
            so_far = days.get(day, Alarm("spread", None, "", 0, last))
            days[day] = Alarm("spread", None, "", so_far.count + count, max(so_far.last, last))
    return [a for a in days.values() if a.count >= SPREAD]
