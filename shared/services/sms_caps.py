"""How many text messages may leave in a day: counted before each leaves, given back where none left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from shared.crypto import Keys, keyed_hash
from shared.db import insert_into, work
from shared.domain.errors import Refused
from shared.models.tally import SmsTally

PREFIX = 7
"""The digits of a mobile number that its operator hands out together (号段)."""
KEPT = dt.timedelta(days=2)
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Caps:
    """The most per day: to one number, to one prefix, in all."""

    number: int = 10
    prefix: int = 500
    day: int = 20_000


def take(keys: Keys, caps: Caps, number: str, day: dt.date) -> None:
    """Counts one more; raises Refused('cap_number' | 'cap_prefix' | 'cap_day') and counts nothing at a cap."""
    with work() as session:
        # Always in this order, so that two workers never wait for each other in a circle.
        for code, key, most in _counted(keys, caps, number, day):
            session.execute(insert_into(session, SmsTally).values(key=key, day=day, count=0).on_conflict_do_nothing())
            room = update(SmsTally).where(SmsTally.key == key, SmsTally.count < most)
            if session.execute(room.values(count=SmsTally.count + 1).returning(SmsTally.key)).first() is None:
                raise Refused(code)


def give_back(keys: Keys, number: str, day: dt.date) -> None:
    """Uncounts one that didn't leave after all."""
    with work() as session:
        for _code, key, _most in _counted(keys, Caps(), number, day):
            less = update(SmsTally).where(SmsTally.key == key, SmsTally.count > 0)
            session.execute(less.values(count=SmsTally.count - 1))


def forget(now: dt.datetime) -> None:
    """Drops the tallies of days gone by."""
    old = select(SmsTally.key).where(SmsTally.day < (now - KEPT).date()).limit(BATCH)
    with work() as session:
        session.execute(delete(SmsTally).where(SmsTally.key.in_(old)))


def _counted(keys: Keys, caps: Caps, number: str, day: dt.date) -> Iterator[tuple[str, str, int]]:
    for code, what, most in (
        ("cap_number", number, caps.number),
        ("cap_prefix", number[:PREFIX], caps.prefix),
        ("cap_day", "", caps.day),
    ):
        yield code, keyed_hash(keys, "sms_tally", f"{code}|{day}|{what}"), most
