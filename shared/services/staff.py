"""Signing in at the back office: passwords, the wait after failed tries, sessions that can be revoked."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from shared import crypto
from shared.crypto import Keys
from shared.db import UtcDateTime, read_rows, reading, work
from shared.domain import passwords
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.passwords import NIST, Profile
from shared.domain.throttle import Lock
from shared.domain.visibility import Actor, Held
from shared.models.person import Grant, Person, StaffSession
from shared.sealing import officers
from shared.services import officer_keys, second_factor
from shared.services.staff_sessions import FULL, PASSWORD, make_room, renewed
from shared.services.throttling import count_try, forgive
from shared.services.watching import end_sessions, note, watched

LONGEST_DAY = dt.timedelta(hours=12)
"""However busy it is, a session ends then."""
SEEN_EVERY = dt.timedelta(minutes=1)


def open_session(username: str, password: str, keys: Keys, now: dt.datetime, profile: Profile = NIST) -> str:
    """The token of a new session; where the person has a second factor it opens nothing until that is shown.

    Raises Refused('sign_in_failed') for an unknown name and a wrong password alike,
    Refused('wait', seconds) after too many failures, crypto.Busy when the house is full.
    """
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    key = crypto.keyed_hash(keys, "staff sign-in", name)
    with reading() as session:
        found = session.execute(
            select(Person.id, Person.password_hash).where(Person.username == name, Person.active)
        ).one_or_none()
        session.rollback()  # hashing takes its time: nothing must wait for this transaction meanwhile
    typed = "" if found else crypto.keyed_hash(keys, "unknown user name", name)
    with watched(now, "sign_in_failed", found.id if found else None, typed=typed):
        count_try(key, now, profile.lock)
        if not crypto.password_matches(found.password_hash if found else None, password) or found is None:
            raise Refused("sign_in_failed")
    token = crypto.token()
    forgive(key)
    held = officers.for_session(officer_keys.unlock(keys, found.id, password, now), token, keys.profile)
    with work() as session:
        stage = PASSWORD if second_factor.has_any(session, found.id) else FULL
        row = StaffSession(id=crypto.token_id(token), person_id=found.id, created_at=now, seen_at=now, stage=stage)
        row.proved_at, row.sealed_key = now, held
        if stage == FULL:
            make_room(session, found.id, now, profile.sessions)
        session.add(row)
        note(session, now, "sign_in" if stage == FULL else "password_right", found.id, facts={"with": "password"})
    return token


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff at work: what every page asks of the person who is signed in."""

    person_id: int
    institution_id: int
    username: str
    name: str
    shortcuts: bool
    password_at: dt.datetime
    """Since when the password is in use."""
    strong: bool
    """A second factor was shown in this session."""
    proved_at: dt.datetime
    """When the person last proved who they are in this session."""
    held: tuple[Held, ...]

    @property
    def actor(self) -> Actor:
        """The person as the rules know it."""
        return Actor(self.person_id, self.institution_id, self.name, self.held)


_SESSION = (
    select(
        StaffSession.seen_at,
        Person.id,
        Person.institution_id,
        Person.username,
        Person.name,
        Person.shortcuts,
        func.coalesce(Person.password_at, Person.created_at, type_=UtcDateTime()).label("password_at"),
        StaffSession.strong,
        func.coalesce(StaffSession.proved_at, StaffSession.created_at, type_=UtcDateTime()).label("proved_at"),
        Grant.role,
        Grant.unit_id,
        Grant.post,
    )
    .join(Person, Person.id == StaffSession.person_id)
    .outerjoin(Grant, Grant.person_id == Person.id)
    .where(
        StaffSession.id == bindparam("token"),
        StaffSession.stage == FULL,
        StaffSession.seen_at > bindparam("idle", type_=UtcDateTime()),
        StaffSession.created_at > bindparam("oldest", type_=UtcDateTime()),
        Person.active,
    )
)


def session_of(token: str, now: dt.datetime, idle_minutes: int) -> StaffMember | None:
    """Who works in a session, in one statement; None when it is unknown, idle or too old."""
    facts = {
        "token": crypto.token_id(token),
        "idle": now - dt.timedelta(minutes=idle_minutes),
        "oldest": now - LONGEST_DAY,
    }
    found = read_rows(_SESSION, facts)
    if not found:
        return None
    first = found[0]
    if now - first.seen_at >= SEEN_EVERY:
        with work() as session:
            session.execute(update(StaffSession).where(StaffSession.id == facts["token"]).values(seen_at=now))
    held = tuple(Held(Role(row.role), row.unit_id, row.post) for row in found if row.role is not None)
    return StaffMember(*first[1:9], held)  # type: ignore[call-arg]  # a row of columns


def close_session(token: str, now: dt.datetime) -> None:
    """Ends a session; without complaint if that has been done."""
    with work() as session:
        end_sessions(session, now, "left", StaffSession.id == crypto.token_id(token))


def prove(person_id: int, password: str, keys: Keys, now: dt.datetime, lock: Lock | None = None) -> None:
    """Takes the present password again; raises Refused('wrong_password', field), Refused('wait', seconds) or Busy."""
    key = crypto.keyed_hash(keys, "staff password", str(person_id))
    with reading() as session:
        stored = session.scalar(select(Person.password_hash).where(Person.id == person_id))
        session.rollback()
    with watched(now, "password_failed", person_id):
        count_try(key, now, lock)
        if not crypto.password_matches(stored, password):
            raise Refused("wrong_password", field="old")
    forgive(key)


def set_shortcuts(actor: Actor, on: bool) -> None:
    """Turns the single-letter shortcuts on or off for a person."""
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(shortcuts=on))


def change_password(
    actor: Actor,
    old: str,
    new: str,
    token: str,
    keys: Keys,
    now: dt.datetime,
    *,
    profile: Profile = NIST,
    strong: bool = False,
) -> str:
    """Sets a new password and ends every other session of the person; returns the new token of this one.

    Raises Refused('wrong_password', field), Refused('wait', seconds), Refused('password_same', field)
    and as `passwords.check`.
    """
    passwords.check(profile, new, strong=strong, about=(actor.name,))
    prove(actor.person_id or 0, old, keys, now, profile.lock)
    if new == old:
        raise Refused("password_same", field="new")
    fresh, pair = crypto.hash_password(new), officer_keys.under_new_password(keys, actor.person_id, old, new)
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(password_hash=fresh, password_at=now))
        officer_keys.keep(session, keys, actor.person_id, pair)
        others = StaffSession.person_id == actor.person_id, StaffSession.id != crypto.token_id(token)
        end_sessions(session, now, "password", *others)
        return renewed(session, token, now, strong=strong)
