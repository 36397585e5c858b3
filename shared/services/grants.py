"""Roles, second factors and sessions of staff, governed by the security administrator, who sees no case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.offices import GRANTABLE, check_grant
from shared.domain.visibility import Actor, need
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.second_factor import Passkey, RecoveryCode
from shared.models.unit import Unit
from shared.services import handover, unattended
from shared.services.accounts import end_sessions_of, keep_one, own
from shared.services.admin_acts import note
from shared.services.queries_admin import held_by
from shared.services.regimes import regime_of


def grant(actor: Actor, person_id: int, now: dt.datetime, *, role: str, unit_id: int, post: str = "") -> None:
    """Gives a role in a unit, as a post of the rule book where several share it; the person signs in anew with it.

    Raises Refused('not_yours'), Refused('not_oneself'), Refused('not_together'), Refused('wrong_place'),
    Refused('no_such_unit'), Refused('closed_account').
    """
    need(actor, "grant_roles")
    if person_id == actor.person_id:
        raise Refused("not_oneself")
    with work() as session:
        give_role(session, actor, person_id, now, role=role, unit_id=unit_id, post=post)


def give_role(
    session: Session, actor: Actor, person_id: int, now: dt.datetime, *, role: str, unit_id: int, post: str = ""
) -> None:
    """`grant` within a transaction that the caller commits."""
    row = own(session, actor, person_id)
    if not row.active:
        raise Refused("closed_account")
    unit = session.get(Unit, unit_id)
    if unit is None or unit.institution_id != actor.institution_id or not unit.active:
        raise Refused("no_such_unit", field="unit_id")
    if role not in GRANTABLE:
        raise Refused("missing", field="role")
    if post and post not in posts_of(session, actor, role):
        raise Refused("missing", field="role")
    held = list(session.scalars(select(Grant).where(Grant.person_id == person_id)))
    check_grant(Role(role), unit.kind, {Role(one.role) for one in held})
    same = next((one for one in held if (one.role, one.unit_id) == (role, unit_id)), None)
    if same is not None and same.post == post:
        return
    if same is not None:
        same.post = post
    else:
        session.add(Grant(person_id=person_id, unit_id=unit_id, role=role, post=post))
    end_sessions_of(session, person_id)
    note(session, actor, now, "role_granted", person_id=person_id, unit_id=unit_id, role=role)


def posts_of(session: Session, actor: Actor, role: str) -> dict[str, str]:
    """The rule book's posts that act in a role, with their names; none where the role has one name only."""
    place = session.get_one(Institution, actor.institution_id)
    found = {one.code: one.name for one in regime_of(session, place.regime_version_id).roles if role in one.roles}
    return found if len(found) > 1 else {}


def choices(actor: Actor) -> list[tuple[str, str, str]]:
    """What can be granted: role, post ('' where the role has one name) and the post's name ('' likewise)."""
    with reading() as session:
        return [
            (str(role), post, name)
            for role in GRANTABLE
            for post, name in (posts_of(session, actor, str(role)) or {"": ""}).items()
        ]


def remove(actor: Actor, person_id: int, now: dt.datetime, *, role: str, unit_id: int, to: int = 0) -> None:
    """Takes a role away, at once: every session of the person ends; raises Refused('last_admin') and as `grant`.

    Where open work hangs on it, `to` says who goes on (0: nobody yet, and the chief is told): whoever investigates
    takes the cases over, somebody else is given the post.
    """
    need(actor, "grant_roles")
    with work() as session:
        own(session, actor, person_id)
        keep_one(session, actor, person_id, role)
        _hand_on(session, actor, person_id, now, role, unit_id, to)
        held = Grant.person_id == person_id, Grant.role == role, Grant.unit_id == unit_id
        if session.scalar(delete(Grant).where(*held).returning(Grant.id)) is None:
            raise Refused("no_such_case")
        end_sessions_of(session, person_id)
        note(session, actor, now, "role_removed", person_id=person_id, unit_id=unit_id, role=role)


def _hand_on(
    session: Session, actor: Actor, person_id: int, now: dt.datetime, role: str, unit_id: int, to: int
) -> None:
    left = held_by(session, person_id, role=role, unit_id=unit_id)
    if not left:
        return
    if to and left.units:  # nobody else holds the post
        own_grant = Grant.person_id == person_id, Grant.role == role, Grant.unit_id == unit_id
        post = session.scalar(select(Grant.post).where(*own_grant)) or ""
        give_role(session, actor, to, now, role=role, unit_id=unit_id, post=post)
    alone = handover.give(session, actor, person_id, to, now) if left.investigations else left.units and not to
    if alone:
        unattended.owe(session, actor.institution_id or 0, now)


def end_sessions(actor: Actor, person_id: int, now: dt.datetime) -> None:
    """Ends every session of a person."""
    need(actor, "end_sessions")
    with work() as session:
        own(session, actor, person_id)
        end_sessions_of(session, person_id)
        note(session, actor, now, "sessions_ended", person_id=person_id)


def reset_second_factor(actor: Actor, person_id: int, now: dt.datetime) -> None:
    """Forgets app, passkeys and codes of whoever has lost them; the password stays the person's own."""
    need(actor, "reset_second_factor")
    if person_id == actor.person_id:
        raise Refused("not_oneself")
    with work() as session:
        own(session, actor, person_id)
        session.execute(update(Person).where(Person.id == person_id).values(second_factor=None))
        session.execute(delete(Passkey).where(Passkey.person_id == person_id))
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
        end_sessions_of(session, person_id)
        note(session, actor, now, "factor_reset", person_id=person_id)
