"""Roles, second factors and sessions of staff, governed by the security administrator, who sees no case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.offices import GRANTABLE, check_grant
from shared.domain.visibility import Actor, need
from shared.models.person import Grant, Person
from shared.models.second_factor import Passkey, RecoveryCode
from shared.models.unit import Unit
from shared.services import handover, unattended
from shared.services.accounts import end_sessions_of, keep_one, own
from shared.services.admin_acts import note
from shared.services.queries_admin import held_by


def grant(actor: Actor, person_id: int, now: dt.datetime, *, role: str, unit_id: int) -> None:
    """Gives a role in a unit; the person signs in anew with it.

    Raises Refused('not_yours'), Refused('not_oneself'), Refused('not_together'), Refused('wrong_place'),
    Refused('no_such_unit'), Refused('closed_account').
    """
    need(actor, "grant_roles")
    if person_id == actor.person_id:
        raise Refused("not_oneself")
    with work() as session:
        give_role(session, actor, person_id, now, role=role, unit_id=unit_id)


def give_role(session: Session, actor: Actor, person_id: int, now: dt.datetime, *, role: str, unit_id: int) -> None:
    """`grant` within a transaction that the caller commits."""
    row = own(session, actor, person_id)
    if not row.active:
        raise Refused("closed_account")
    unit = session.get(Unit, unit_id)
    if unit is None or unit.institution_id != actor.institution_id or not unit.active:
        raise Refused("no_such_unit", field="unit_id")
    if role not in GRANTABLE:
        raise Refused("missing", field="role")
    held = session.execute(select(Grant.role, Grant.unit_id).where(Grant.person_id == person_id)).all()
    check_grant(Role(role), unit.kind, {Role(r) for r, _ in held})
    if (role, unit_id) in {(r, u) for r, u in held}:
        return
    session.add(Grant(person_id=person_id, unit_id=unit_id, role=role))
    end_sessions_of(session, person_id)
    note(session, actor, now, "role_granted", person_id=person_id, unit_id=unit_id, role=role)


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
        give_role(session, actor, to, now, role=role, unit_id=unit_id)
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
