"""How many cases each person opened on each day: a number, never which ones, so that reading in bulk shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import insert_into, reading, work
from shared.domain.visibility import Actor
from shared.models.evidence import CaseRead
from shared.models.person import Person
from shared.services import watching
from shared.services.queries_queue import local_day

UNUSUAL = 300
"""Pages of cases (whole, beside the list, printed) opened by one person on one day; a day's work is a few dozen."""
LOOK_BACK = dt.timedelta(days=30)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Reader:
    """One person's day."""

    day: dt.date
    name: str
    count: int

    @property
    def unusual(self) -> bool:
        """More than anybody's work explains."""
        return self.count >= UNUSUAL


def note(actor: Actor, now: dt.datetime) -> None:
    """Counts that a person opens a case; one statement, before the page is read."""
    key, more = [CaseRead.person_id, CaseRead.day], {"count": CaseRead.count + 1}
    with work() as session:
        once = insert_into(session, CaseRead).values(person_id=actor.person_id, day=local_day(actor, now), count=1)
        counted = once.on_conflict_do_update(index_elements=key, set_=more).returning(CaseRead.count)
        if session.scalar(counted) == UNUSUAL:  # once a day: an alarm, not a line for each further page
            watching.note(session, now, "many_reads", actor.person_id, facts={"count": UNUSUAL})


def busiest(actor: Actor, now: dt.datetime) -> list[Reader]:
    """Who opened most cases on one day of the last thirty, the most first."""
    since = local_day(actor, now) - LOOK_BACK
    query = (
        select(CaseRead.day, Person.name, CaseRead.count)
        .join(Person, Person.id == CaseRead.person_id)
        .where(Person.institution_id == actor.institution_id, CaseRead.day >= since)
        .order_by(CaseRead.count.desc(), CaseRead.day.desc(), Person.id)
        .limit(SHOWN)
    )
    with reading() as session:
        return [Reader(day, name, count) for day, name, count in session.execute(query)]
