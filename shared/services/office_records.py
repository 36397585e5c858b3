"""What the office did that belongs to no case: trainings and the other duties of the rule book (R16.05, R19.02)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import reading, work
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor, need, need_sight
from shared.models.institution import Institution
from shared.models.office_record import OfficeRecord
from shared.models.person import Person
from shared.services import cases
from shared.services.regimes import regime_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: a duty's code, what about, when, who took part."""

    duty: str
    topic: str
    day: dt.date | None
    people: tuple[int, ...] = ()
    others: str = ""
    materials: str = ""


def keep(actor: Actor, now: dt.datetime, done: Done) -> int:
    """Keeps an entry; returns its id.

    Raises Refused('missing', field), Refused('day_to_come', field='day'), Refused('no_such_person', field='people').
    """
    need(actor, "keep_office_record")
    with work() as session:
        place = session.get_one(Institution, actor.institution_id)
        if done.duty not in {one.code for one in regime_of(session, place.regime_version_id).duties}:
            raise Refused("missing", field="duty")
        needs(topic=done.topic)
        if done.day is None:
            raise Refused("missing", field="day")
        if done.day > now.astimezone(cases.zone(session, place.id)).date():
            raise Refused("day_to_come", field="day")
        people = sorted(set(done.people))
        own = select(Person.id).where(Person.institution_id == place.id, Person.id.in_(people))
        if len(session.scalars(own).all()) != len(people):
            raise Refused("no_such_person", field="people")
        if not people and not done.others.strip():
            raise Refused("missing", field="people")
        row = OfficeRecord(institution_id=place.id, duty=done.duty, topic=done.topic.strip(), day=done.day, at=now)
        row.people, row.others, row.materials = people, done.others.strip(), done.materials.strip()
        row.by_id = actor.person_id or 0
        session.add(row)
        session.flush()
        return row.id


def listed(actor: Actor) -> tuple[list[OfficeRecord], dict[int, str]]:
    """The entries, newest first, and everybody's name."""
    need_sight(actor, "office_records")
    with reading() as session:
        own = select(OfficeRecord).where(OfficeRecord.institution_id == actor.institution_id)
        rows = list(session.scalars(own.order_by(OfficeRecord.day.desc(), OfficeRecord.id.desc()).limit(SHOWN)))
        names = select(Person.id, Person.name).where(Person.institution_id == actor.institution_id)
        return rows, {i: name for i, name in session.execute(names.order_by(Person.id))}
