"""The first administrators of an institution, made by whoever keeps the machine: somebody must begin."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.db import work
from shared.domain.errors import Refused
from shared.domain.institutions import USERNAME, Admin
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.unit import OFFICE, Unit
from shared.services.institutions import admin_account


def make(slug: str, role: Role, username: str, name: str, now: dt.datetime) -> str:
    """An account with this administrator's role; returns the token of the link that sets its password.

    Raises Refused('not_now') once the institution has one of the kind: from then on the administrators do it,
    Refused('no_such_case') for an unknown institution, Refused('bad_username'), Refused('username_taken').
    """
    with work() as session:
        query = select(Unit).join(Institution, Institution.id == Unit.institution_id)
        office = session.scalar(query.where(Institution.slug == slug, Unit.kind == OFFICE))
        if office is None:
            raise Refused("no_such_case", slug=slug)
        held = select(Grant.id).join(Person, Person.id == Grant.person_id)
        held = held.where(Person.institution_id == office.institution_id, Person.active, Grant.role == str(role))
        if session.scalar(held.limit(1)) is not None:
            raise Refused("not_now", role=str(role))
        if not USERNAME.fullmatch(username):
            raise Refused("bad_username")
        if session.scalar(select(Person.id).where(Person.username == username)) is not None:
            raise Refused("username_taken")
        made = Admin(str(role), username, name)
        return admin_account(session, Actor(None, office.institution_id), now, office.id, made)
