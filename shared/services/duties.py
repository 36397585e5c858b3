"""Periodic work is claimed in the database: two schedulers do it once, and what was missed is caught up once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from shared.db import insert_into, reading, work
from shared.models.duty import Duty

LEASE = dt.timedelta(minutes=10)
"""A duty whose scheduler died in the middle is taken up again after this."""
SOON = dt.timedelta(minutes=1)
"""A duty that failed doesn't wait for its next turn a day later."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A duty that is ours to do now."""

    name: str
    lease: str
    at: dt.datetime


def due(every: Mapping[str, dt.timedelta], now: dt.datetime) -> list[str]:
    """The names whose time has come, in the order given; a duty not known before is due at once."""
    with reading() as session:
        found = {duty.name: duty for duty in session.scalars(select(Duty).where(Duty.name.in_(every)))}
        session.expunge_all()
        session.rollback()
    if new := [name for name in every if name not in found]:
        _add(new, now)
    return [name for name in every if name in new or found[name].next_due <= now]


def take(name: str, now: dt.datetime) -> Taken | None:
    """Claims a duty that is due; None where somebody else has it or has just done it."""
    taken = Taken(name, secrets.token_hex(8), now)
    free = or_(Duty.leased_until.is_(None), Duty.leased_until <= now)
    ours = update(Duty).where(Duty.name == name, Duty.next_due <= now, free)
    with work() as session:
        claimed = session.connection().execute(ours.values(lease=taken.lease, leased_until=now + LEASE)).rowcount
    return taken if claimed else None


def done(taken: Taken, every: dt.timedelta) -> None:
    """Written down as done; the next turn counts from now, however long this one had been missed."""
    _end(taken, last_run=taken.at, next_due=taken.at + every, faults=0)


def failed(taken: Taken, every: dt.timedelta) -> None:
    """Tried again soon."""
    _end(taken, next_due=taken.at + min(every, SOON), faults=Duty.faults + 1)


def _end(taken: Taken, **values: object) -> None:
    with work() as session:
        mine = update(Duty).where(Duty.name == taken.name, Duty.lease == taken.lease)
        session.execute(mine.values(**values, lease=None, leased_until=None))


def _add(names: list[str], now: dt.datetime) -> None:
    rows = [{"name": name, "next_due": now, "faults": 0} for name in names]
    with work() as session:
        session.execute(insert_into(session, Duty).values(rows).on_conflict_do_nothing())
