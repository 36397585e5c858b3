"""Signing in at the back office: passwords, the wait after failed tries, sessions that can be revoked."""

from __future__ import annotations

import datetime as dt
import unicodedata

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.person import Grant, Person, StaffSession
from shared.sealing import officers
from shared.services import officer_keys
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
    held = officers.for_session(officer_keys.unlock(keys, found.id, password, now), token, keys.profile)
    with work() as session:
        row = StaffSession(id=crypto.token_id(token), person_id=found.id, created_at=now, seen_at=now, sealed_key=held)
        session.add(row)
    return token


def session_of(token: str, now: dt.datetime, idle_minutes: int) -> Person | None:
    """The person of a session with roles and units, in one statement; None when it is unknown, idle or too old."""
    session_id = crypto.token_id(token)
    statement = (
        select(StaffSession, Person)
        .join(Person, Person.id == StaffSession.person_id)
        .where(
            StaffSession.id == session_id,
            StaffSession.seen_at > now - dt.timedelta(minutes=idle_minutes),
            StaffSession.created_at > now - LONGEST_DAY,
            Person.active,
        )
        .options(joinedload(Person.grants).joinedload(Grant.unit))
    )
    with reading() as session:
        row = session.execute(statement).unique().one_or_none()
        if row is None:
            return None
        opened, person = row
        _let_go(session, person)
        tired = now - opened.seen_at >= SEEN_EVERY
    if tired:
        with work() as session:
            session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))
    return person


def _let_go(session: Session, person: Person) -> None:
    """Takes the rows out of the session: whoever is signed in stays readable after any commit."""
    for grant in person.grants:
        if grant.unit in session:
            session.expunge(grant.unit)
        session.expunge(grant)
    session.expunge(person)


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
    fresh, pair = crypto.hash_password(new), officer_keys.under_new_password(keys, actor.person_id, old, new)
    forgive(key)
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(password_hash=fresh))
        officer_keys.keep(session, keys, actor.person_id, pair)
        session.execute(
            delete(StaffSession).where(
                StaffSession.person_id == actor.person_id, StaffSession.id != crypto.token_id(token)
            )
        )
