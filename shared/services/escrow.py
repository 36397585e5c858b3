"""Restoring the groups' keys from the deposit, when no officer is left who could pass them on."""

from __future__ import annotations

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import work
from shared.domain.errors import Refused
from shared.models.key_group import KeyGrant, KeyGroup, OfficerKey
from shared.models.person import Person
from shared.sealing import boxes, envelope, escrow
from shared.services import officer_keys, seals
from shared.services.officer_keys import ESCROW


def restore(keys: Keys, one: str, other: str, username: str) -> int:
    """Grants an officer the keys of their group with two shares; returns how many keys were granted.

    Raises escrow.BadShare, which changes nothing, Refused('no_such_person') for somebody who is in no group or has
    never signed in. The officer's next sign-in passes the keys on to the rest of the group.
    """
    private = escrow.join(one, other)
    known = keys.rings.get(ESCROW, {})
    if envelope.key_id(boxes.public_of(private)) not in known:
        raise escrow.BadShare("foreign")
    with work() as session:
        person = session.scalar(select(Person).where(Person.username == username, Person.active))
        pair = session.get(OfficerKey, person.id) if person else None
        name = officer_keys.group_of(officer_keys.roles_of(session, person.id)) if person else None
        if person is None or pair is None or name is None or not seals.genuine(keys, pair):
            raise Refused("no_such_person", username=username)
        have = set(session.scalars(select(KeyGrant.group_id).where(KeyGrant.person_id == person.id)))
        groups = select(KeyGroup).where(KeyGroup.institution_id == person.institution_id, KeyGroup.name == name)
        done = 0
        for group in session.scalars(groups).all():
            secret = officer_keys.group_private(session, group.key_id, None, private)
            if secret is not None and group.id not in have:
                where = officer_keys.grant_place(group.key_id, person.id)
                sealed = boxes.close(pair.public, where, secret, keys.profile)
                session.add(KeyGrant(group_id=group.id, person_id=person.id, sealed=sealed))
                done += 1
        return done
