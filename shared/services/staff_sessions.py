"""Sessions of staff as rows: a new token with each privilege, a list for their owner, an end at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import crypto
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.person import Person, StaffSession
from shared.sealing import officers
from shared.services.watching import end_sessions, note

FULL, PASSWORD = "full", "password"
BETWEEN = dt.timedelta(minutes=10)
"""How long the second factor may be waited for after the password."""
HANDLE = 16


def waiting_for_factor(token: str, now: dt.datetime) -> Person | None:
    """Whoever has given the password and owes the second factor; None for any other token."""
    query = (
        select(Person)
        .join(StaffSession, StaffSession.person_id == Person.id)
        .where(StaffSession.id == crypto.token_id(token), StaffSession.stage == PASSWORD, Person.active)
        .where(StaffSession.created_at > now - BETWEEN)
    )
    with reading() as session:
        found = session.scalar(query)
        if found is not None:
            session.expunge(found)
        return found


def renew(token: str, now: dt.datetime, *, strong: bool, by: str = "", most: int = 0) -> str:
    """A new token for a session that has just been proved; the old one is worth nothing any more.

    The row stays, so whatever else it carries stays with it. Raises Refused('no_such_case') where it has ended.
    `by` says how it was proved, for the record; `most` is how many sessions may stand at once (0: any number).
    """
    with work() as session:
        row = session.get(StaffSession, crypto.token_id(token))
        if row is not None and by:
            begins = row.stage == PASSWORD
            if begins and most:
                make_room(session, row.person_id, now, most)
            note(session, now, "sign_in" if begins else "proved", row.person_id, facts={"with": by})
        return renewed(session, token, now, strong=strong)


def make_room(session: Session, person_id: int, now: dt.datetime, most: int) -> None:
    """Ends the sessions that were idle longest, so that with a new one no more than `most` stand (ASVS 7.1.2)."""
    own = StaffSession.person_id == person_id, StaffSession.stage == FULL
    query = select(StaffSession.id).where(*own).order_by(StaffSession.seen_at.desc(), StaffSession.created_at.desc())
    surplus = session.scalars(query.offset(most - 1)).all()
    if surplus:
        end_sessions(session, now, "many", StaffSession.id.in_(surplus))


def renewed(session: Session, token: str, now: dt.datetime, *, strong: bool) -> str:
    """`renew` inside a transaction that does more."""
    row = session.get(StaffSession, crypto.token_id(token), with_for_update=True)
    if row is None:
        raise Refused("no_such_case")
    fresh = crypto.token()
    row.sealed_key = officers.moved(row.sealed_key, token, fresh)
    row.id, row.stage, row.strong = crypto.token_id(fresh), FULL, strong
    row.proved_at = row.seen_at = now
    session.flush()
    return fresh


def sessions_of(actor: Actor) -> Sequence[StaffSession]:
    """The person's own sessions, newest first; nothing is known of the device."""
    with reading() as session:
        query = select(StaffSession).where(StaffSession.person_id == actor.person_id, StaffSession.stage == FULL)
        return session.scalars(query.order_by(StaffSession.seen_at.desc())).all()


def end_one(actor: Actor, handle: str, now: dt.datetime) -> None:
    """Ends one of the person's own sessions, named by the beginning of its id."""
    if len(handle) == HANDLE and handle.isalnum():
        own = StaffSession.person_id == actor.person_id, StaffSession.id.startswith(handle, autoescape=True)
        with work() as session:
            end_sessions(session, now, "own", *own)


def end_others(actor: Actor, token: str, now: dt.datetime) -> None:
    """Ends all of the person's sessions but this one."""
    others = StaffSession.person_id == actor.person_id, StaffSession.id != crypto.token_id(token)
    with work() as session:
        end_sessions(session, now, "own", *others)
