"""The administrators' record of the made-up institution: who made the accounts and granted the roles."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.domain.visibility import Actor
from shared.services.admin_acts import note

if TYPE_CHECKING:
    from shared.demo.cast import Cast


def keep_record(session: Session, cast: Cast, now: dt.datetime) -> None:
    """One line for each account and each role: the first administrators were made on the machine."""
    keeper = Actor(None, cast.institution_id)
    for who in cast.actors.values():
        first = bool(who.roles & ADMIN_ROLES)
        maker, granter = (keeper, keeper) if first else (cast.who(Role.SYSTEM_ADMIN), cast.who(Role.SECURITY_ADMIN))
        note(session, maker, now, "account_created", person_id=who.person_id)
        for held in who.held:
            note(session, granter, now, "role_granted", person_id=who.person_id, unit_id=held.unit_id, role=held.role)
