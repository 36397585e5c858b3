"""Signing in at the back office: passwords, the wait after failed tries, sessions that can be revoked."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from shared import crypto
from shared.crypto import Keys
from shared.db import UtcDateTime, reading, work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor, Held
from shared.models.person import Grant, Person, StaffSession
from shared.services.throttling import count_try, forgive

LONGEST_DAY = dt.timedelta(hours=12)
"""However busy it is, a session ends then."""
SEEN_EVERY = dt.timedelta(minutes=1)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


def open_session(username: str, password: str, keys: Keys, now: dt.datetime) -> str:
    """The token of a new session.

    Raises Refused('sign_in_failed') for an unknown name and a wrong password alike,
    Refused('wait', seconds) after too many failures, crypto.Busy when the house is full.
    """
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    key = crypto.keyed_hash(keys, "staff sign-in", name)
    count_try(key, now)
    with reading() as session:
        found = session.execute(
            select(Person.id, Person.password_hash).where(Person.username == name, Person.active)
        ).one_or_none()
        session.rollback()  # hashing takes its time: nothing must wait for this transaction meanwhile
    if not crypto.password_matches(found.password_hash if found else None, password) or found is None:
        raise Refused("sign_in_failed")
    token = crypto.token()
    forgive(key)
    with work() as session:
        session.add(StaffSession(id=crypto.token_id(token), person_id=found.id, created_at=now, seen_at=now))
    return token


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff at work: what every page asks of the person who is signed in."""

    person_id: int
    institution_id: int
    name: str
    shortcuts: bool
    held: tuple[Held, ...]

    @property
    def actor(self) -> Actor:
        """The person as the rules know it."""
        return Actor(self.person_id, self.institution_id, self.name, self.held)


_SESSION = (
    select(
        StaffSession.seen_at, Person.id, Person.institution_id, Person.name, Person.shortcuts, Grant.role, Grant.unit_id
    )
    .join(Person, Person.id == StaffSession.person_id)
    .outerjoin(Grant, Grant.person_id == Person.id)
    .where(
        StaffSession.id == bindparam("token"),
        StaffSession.seen_at > bindparam("idle", type_=UtcDateTime()),
        StaffSession.created_at > bindparam("oldest", type_=UtcDateTime()),
        Person.active,
    )
)


def session_of(token: str, now: dt.datetime, idle_minutes: int) -> Worker | None:
    """Who works in a session, in one statement; None when it is unknown, idle or too old."""
    facts = {
        "token": crypto.token_id(token),
        "idle": now - dt.timedelta(minutes=idle_minutes),
        "oldest": now - LONGEST_DAY,
    }
    with reading() as session:
        rows = session.execute(_SESSION, facts).all()
    if not rows:
        return None
    seen_at, person_id, institution_id, name, shortcuts, *_ = rows[0]
    if now - seen_at >= SEEN_EVERY:
        with work() as session:
            session.execute(update(StaffSession).where(StaffSession.id == facts["token"]).values(seen_at=now))
    held = tuple(Held(Role(row.role), row.unit_id) for row in rows if row.role is not None)
    return Worker(person_id, institution_id, name, shortcuts, held)


def close_session(token: str) -> None:
    """Ends a session; without complaint if that has been done."""
    with work() as session:
        session.execute(delete(StaffSession).where(StaffSession.id == crypto.token_id(token)))


def set_shortcuts(actor: Actor, on: bool) -> None:
    """Turns the single-letter shortcuts on or off for a person."""
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(shortcuts=on))


def change_password(actor: Actor, old: str, new: str, token: str, keys: Keys, now: dt.datetime) -> None:
    """Sets a new password and ends every other session of the person.

    Raises Refused('wrong_password', field) or Refused('wait', seconds).
    """
    key = crypto.keyed_hash(keys, "staff password", str(actor.person_id))
    count_try(key, now)
    with reading() as session:
        stored = session.scalar(select(Person.password_hash).where(Person.id == actor.person_id))
        session.rollback()
    if not crypto.password_matches(stored, old):
        raise Refused("wrong_password", field="old")
    fresh = crypto.hash_password(new)
    forgive(key)
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(password_hash=fresh))
        session.execute(
            delete(StaffSession).where(
                StaffSession.person_id == actor.person_id, StaffSession.id != crypto.token_id(token)
            )
        )
