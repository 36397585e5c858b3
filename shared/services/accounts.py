"""Accounts of staff, kept by the system administrator, who never knows a password and grants no role."""

from __future__ import annotations

import datetime as dt
import unicodedata

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from shared import crypto
from shared.db import reading, work
from shared.domain import passwords
from shared.domain.errors import Refused, needs
from shared.domain.institutions import USERNAME
from shared.domain.lifecycle import ADMIN_ROLES
from shared.domain.passwords import Profile
from shared.domain.visibility import Actor, need
from shared.models.person import Grant, Person, StaffSession
from shared.models.second_factor import FirstLink
from shared.services import handover, second_factor, unattended
from shared.services.admin_acts import note
from shared.services.queries_admin import held_by

LINK_LASTS = dt.timedelta(hours=24)
NO_PASSWORD = ""  # nosec B105
"""Matches nothing, and takes the time that a real one takes."""


def create(actor: Actor, now: dt.datetime, *, username: str, name: str, email: str, phone: str) -> tuple[int, str]:
    """A new account without a role and without a password; returns its id and the token of the link that sets one.

    Raises Refused('not_yours'), Refused('missing', field), Refused('bad_username'), Refused('username_taken').
    """
    need(actor, "keep_accounts")
    needs(username=username, name=name)
    folded = unicodedata.normalize("NFKC", username).strip().casefold()
    if not USERNAME.fullmatch(folded):
        raise Refused("bad_username", field="username")
    with work() as session:
        if session.scalar(select(Person.id).where(Person.username == folded)) is not None:
            raise Refused("username_taken", field="username")
        row = Person(institution_id=actor.institution_id, username=folded, name=name, email=email, phone=phone)
        row.password_hash, row.created_at = NO_PASSWORD, now
        session.add(row)
        session.flush()
        note(session, actor, now, "account_created", person_id=row.id)
        return row.id, fresh_link(session, row.id, now)


def change(actor: Actor, person_id: int, now: dt.datetime, *, name: str, email: str, phone: str) -> None:
    """Corrects a name or how a person is reached; raises as `create`."""
    need(actor, "keep_accounts")
    needs(name=name)
    with work() as session:
        row = own(session, actor, person_id)
        row.name, row.email, row.phone = name, email, phone
        note(session, actor, now, "account_changed", person_id=person_id)


def new_link(actor: Actor, person_id: int, now: dt.datetime) -> str:
    """A link for whoever has forgotten the password; the old password no longer works, and every session ends.

    Raises Refused('still_trusted') for an account with roles and no second factor: with the link alone whoever
    made it could act as that person. The security administrator takes the roles away first, and gives them back.
    """
    need(actor, "keep_accounts")
    with work() as session:
        row = own(session, actor, person_id)
        roles = session.scalar(select(func.count()).where(Grant.person_id == person_id))
        if roles and not second_factor.has_any(session, person_id):
            raise Refused("still_trusted")
        row.password_hash = NO_PASSWORD
        end_sessions_of(session, person_id)
        note(session, actor, now, "link_made", person_id=person_id)
        return fresh_link(session, person_id, now)


def close(actor: Actor, person_id: int, now: dt.datetime, *, seen: str, to: int = 0) -> None:
    """Closes an account; `to` takes the open investigations over, other work stays where it is and the chief is told.

    `seen` is `mark_of` what the administrator was shown; raises Refused('holds_more') where it is something else
    by now, Refused('last_admin') for the last administrator of a kind, Refused('not_oneself').
    """
    need(actor, "keep_accounts")
    if person_id == actor.person_id:
        raise Refused("not_oneself")
    with work() as session:
        row = own(session, actor, person_id)
        held = held_by(session, person_id)
        if seen != mark_of(held):
            raise Refused("holds_more")
        for role in session.scalars(select(Grant.role).where(Grant.person_id == person_id)).all():
            keep_one(session, actor, person_id, role)
        left = handover.give(session, actor, person_id, to, now) if held.investigations else 0
        if left or held.units:
            unattended.owe(session, row.institution_id, now)
        row.active = False
        end_sessions_of(session, person_id)
        session.execute(delete(FirstLink).where(FirstLink.person_id == person_id))
        facts = {"investigations": held.investigations, "posts": len(held.units)}
        note(session, actor, now, "account_closed", person_id=person_id, facts=facts)


def mark_of(held: object) -> str:
    """What was held, in a form that a page can carry."""
    return crypto.token_id(repr(held))[:16]


def reopen(actor: Actor, person_id: int, now: dt.datetime) -> None:
    """Opens a closed account again, without roles: who may do what is decided anew."""
    need(actor, "keep_accounts")
    with work() as session:
        row = own(session, actor, person_id)
        row.active = True
        session.execute(delete(Grant).where(Grant.person_id == person_id))
        note(session, actor, now, "account_reopened", person_id=person_id)


def whose_link(token: str, now: dt.datetime) -> tuple[str, bool] | None:
    """Whose the link is, and whether that person shows a second factor; None once it is worthless."""
    with reading() as session:
        row = session.scalar(select(Person).join(FirstLink, FirstLink.person_id == Person.id).where(*_good(token, now)))
        return (row.username, second_factor.has_any(session, row.id)) if row is not None else None


def set_password(token: str, password: str, profile: Profile, now: dt.datetime) -> None:
    """Sets the password with the link, which is spent by it; raises Refused('link_spent') and as `passwords.check`."""
    known = whose_link(token, now)
    if known is None:
        raise Refused("link_spent")
    passwords.check(profile, password, strong=known[1], about=(known[0],))
    hashed = crypto.hash_password(password)
    with work() as session:
        query = select(Person).join(FirstLink, FirstLink.person_id == Person.id).where(*_good(token, now))
        row = session.scalar(query)
        spent = delete(FirstLink).where(FirstLink.id == crypto.token_id(token)).returning(FirstLink.person_id)
        if row is None or session.scalar(spent) is None:
            raise Refused("link_spent")
        row.password_hash, row.password_at = hashed, now
        end_sessions_of(session, row.id)
        self_made = Actor(row.id, row.institution_id, row.name)
        note(session, self_made, now, "password_set", person_id=row.id)


def own(session: Session, actor: Actor, person_id: int) -> Person:
    """The account, if it is one of the actor's institution; raises Refused('no_such_case')."""
    row = session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if row is None or row.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    return row


def keep_one(session: Session, actor: Actor, person_id: int, role: str) -> None:
    """Raises Refused('last_admin') where nobody else would be left as this kind of administrator."""
    if role not in ADMIN_ROLES:
        return
    others = select(Grant.id).join(Person, Person.id == Grant.person_id)
    others = others.where(Person.institution_id == actor.institution_id, Person.active, Grant.role == role)
    if session.scalar(others.where(Person.id != person_id).limit(1)) is None:
        raise Refused("last_admin")


def end_sessions_of(session: Session, person_id: int) -> None:
    """Ends every session of a person."""
    session.execute(delete(StaffSession).where(StaffSession.person_id == person_id))


def _good(token: str, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return FirstLink.id == crypto.token_id(token), FirstLink.expires_at > now, Person.active.is_(True)


def fresh_link(session: Session, person_id: int, now: dt.datetime) -> str:
    """A link for this account; the one before it is worth nothing any more."""
    session.execute(delete(FirstLink).where(FirstLink.person_id == person_id))
    token = crypto.token()
    session.add(FirstLink(id=crypto.token_id(token), person_id=person_id, expires_at=now + LINK_LASTS))
    return token
