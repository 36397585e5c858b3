"""Out of the office: from when to when, and who stands in; it begins and ends by itself (R9.02)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from shared.db import reading, work
from shared.domain import absences as rules
from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.domain.visibility import Actor, Held
from shared.models.absence import Absence
from shared.models.person import Grant, Person
from shared.services import cases
from shared.services.admin_acts import note
from shared.services.recipients import running


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could stand in, and the posts that would stay without anybody."""

    id: int
    name: str
    uncovered: list[str]


def today_of(session: Session, actor: Actor, now: dt.datetime) -> dt.date:
    """The day it is at the person's institution."""
    return now.astimezone(cases.zone(session, actor.institution_id or 0)).date()


def current(actor: Actor, now: dt.datetime) -> tuple[Absence, str] | None:
    """The person's own absence that runs or lies ahead, and the deputy's name."""
    with reading() as session:
        ahead = (Absence.person_id == actor.person_id, Absence.ended_at.is_(None))
        query = select(Absence, Person.name).outerjoin(Person, Person.id == Absence.deputy_id).where(*ahead)
        row = session.execute(
            query.where(Absence.to_day >= today_of(session, actor, now)).order_by(Absence.from_day).limit(1)
        ).first()
        return (row[0], row[1] or "") if row is not None else None


def candidates(actor: Actor) -> list[Candidate]:
    """Who holds one of the same posts and can stand in."""
    with reading() as session:
        return _candidates(session, actor)


def _candidates(session: Session, actor: Actor) -> list[Candidate]:
    query = (
        select(Person)
        .where(Person.institution_id == actor.institution_id, Person.active, Person.id != actor.person_id)
        .options(joinedload(Person.grants).joinedload(Grant.unit))
        .order_by(Person.id)
    )
    found = []
    for person in session.scalars(query).unique():
        theirs = [Held(Role(g.role), g.unit_id) for g in person.grants]
        if rules.may_stand_in(actor.held, theirs):
            left = rules.uncovered(actor.held, theirs)
            found.append(Candidate(person.id, person.name, [str(h.role) for h in left]))
    return found


def set_absence(
    actor: Actor, now: dt.datetime, *, from_day: dt.date | None, to_day: dt.date | None, deputy_id: int
) -> None:
    """Says that one is away; whoever stands in gets the notices and sees the work.

    Raises Refused('missing', field), Refused('no_such_person'), Refused('absence_open') and as `absences.check`.
    """
    if from_day is None or to_day is None:
        raise Refused("missing", field="from_day" if from_day is None else "to_day")
    if actor.roles & ADMIN_ROLES:
        raise Refused("not_yours", action="absence")
    with work() as session:
        today = today_of(session, actor, now)
        rules.check(from_day, to_day, today)
        session.get_one(Person, actor.person_id, with_for_update=True)  # two forms at once make one absence
        ahead = (Absence.person_id == actor.person_id, Absence.ended_at.is_(None), Absence.to_day >= today)
        if session.scalar(select(Absence.id).where(*ahead).limit(1)) is not None:
            raise Refused("absence_open")
        able = {c.id for c in _candidates(session, actor)}
        if deputy_id not in able and (deputy_id or able):
            raise Refused("no_deputy", field="deputy_id")
        row = Absence(person_id=actor.person_id, deputy_id=deputy_id or None, from_day=from_day, to_day=to_day)
        row.created_at = now
        session.add(row)
        facts = {"from": from_day.isoformat(), "to": to_day.isoformat()}
        note(session, actor, now, "absence_set", person_id=deputy_id or None, facts=facts)


def end(actor: Actor, now: dt.datetime) -> None:
    """Back earlier than planned, or not away after all."""
    with work() as session:
        mine = (Absence.person_id == actor.person_id, Absence.ended_at.is_(None))
        session.execute(update(Absence).where(*mine).values(ended_at=now))
        note(session, actor, now, "absence_ended")


def stands_in_for(session: Session, actor: Actor, now: dt.datetime) -> list[int]:
    """Whose work the person does today besides the own."""
    today = today_of(session, actor, now)
    return list(session.scalars(select(Absence.person_id).where(Absence.deputy_id == actor.person_id, *running(today))))


def as_deputy(session: Session, actor: Actor, now: dt.datetime) -> Actor:
    """The actor with the posts of those whose work they do today, in the roles that both hold (R9.02: 代行职责)."""
    away = stands_in_for(session, actor, now)
    if not away:
        return actor
    query = select(Grant.role, Grant.unit_id, Grant.post).where(Grant.person_id.in_(away), Grant.post != "")
    own = {(one.role, one.unit_id) for one in actor.held}
    more = [Held(Role(role), unit, post) for role, unit, post in session.execute(query) if (role, unit) in own]
    return replace(actor, held=(*actor.held, *more))


def set_at_once(actor: Actor, at_once: bool) -> None:
    """Whether ordinary notices come one by one; what is late or urgent always does."""
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(notices_at_once=at_once))


def wants_at_once(actor: Actor) -> bool:
    """The person's choice."""
    with reading() as session:
        return bool(session.scalar(select(Person.notices_at_once).where(Person.id == actor.person_id)))
