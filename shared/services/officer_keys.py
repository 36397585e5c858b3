"""Which officer holds which group's key: enrolled at sign-in, passed on by colleagues, taken back when a role ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.models.key_group import KeyGrant, KeyGroup, OfficerKey
from shared.models.person import Grant, Person, StaffSession
from shared.sealing import boxes, envelope, officers, wraps
from shared.sealing.envelope import Unreadable
from shared.sealing.officers import Officer
from shared.sealing.wraps import APPROVER, GROUPS, INTAKE, Wraps
from shared.services import seals

HOLDERS = {INTAKE: frozenset({Role.INTAKE, Role.INVESTIGATOR}), APPROVER: frozenset({Role.CHIEF, Role.GOV_LEADER})}
ESCROW = "escrow.pub"


@dataclass(slots=True)
class Member:
    """Somebody of the institution: what they may hold, and for which public key."""

    roles: set[str] = field(default_factory=set)
    public: bytes | None = None


def group_of(roles: Collection[str]) -> str | None:
    """The group of whoever holds these roles: one at most, or one person alone would hold both halves."""
    return next((name for name, held in HOLDERS.items() if held & set(roles)), None)


def roles_of(session: Session, person_id: int) -> set[str]:
    """The roles that a person holds anywhere."""
    return set(session.scalars(select(Grant.role).where(Grant.person_id == person_id)))


def unlock(keys: Keys, person_id: int, password: str, now: dt.datetime) -> bytes | None:
    """The officer's private key at sign-in, made at the first one; None for who needs none. Raises crypto.Busy.

    A password that was set anew by somebody else doesn't open the old key: then there is a new one, and a colleague's
    next sign-in brings the groups' keys to it.
    """
    with reading() as session:
        row = session.get(OfficerKey, person_id)
        roles = roles_of(session, person_id)
        session.rollback()
    if group_of(roles) is None:
        return None
    private = _opened(keys, row, password) if row else None
    if private is None:
        pair = officers.make(keys, password)
        private = pair.private
        with work() as session:
            session.execute(delete(KeyGrant).where(KeyGrant.person_id == person_id))
            keep(session, keys, person_id, pair)
    with work() as session:
        settle(session, keys, person_id, private, now)
    return private


def _opened(keys: Keys, row: OfficerKey, password: str) -> bytes | None:
    try:
        return officers.unwrap(keys, password, row.public, row.salt, row.wrapped, row.pepper_id)
    except Unreadable:
        return None


def under_new_password(keys: Keys, person_id: int | None, old: str, new: str) -> Officer | None:
    """The same pair wrapped anew; None where the person has none. Raises crypto.Busy."""
    with reading() as session:
        row = session.get(OfficerKey, person_id)
        session.rollback()
    private = _opened(keys, row, old) if row else None
    return officers.wrap(keys, private, new) if private else None


def keep(session: Session, keys: Keys, person_id: int | None, pair: Officer | None) -> None:
    """Writes an officer's pair into its row."""
    if pair is None or person_id is None:
        return
    mark = seals.officer_mark(keys, person_id, pair.public)
    row = OfficerKey(person_id=person_id, public=pair.public, salt=pair.salt, wrapped=pair.wrapped, mark=mark)
    row.pepper_id = pair.pepper_id
    session.merge(row)


def settle(session: Session, keys: Keys, person_id: int, private: bytes, now: dt.datetime) -> None:
    """Brings the group's keys in order while a member has them at hand.

    Founds the group where there is none, passes its keys on to members without, takes them from who has left it.
    """
    place = session.scalars(
        select(Institution).join(Person, Person.institution_id == Institution.id).where(Person.id == person_id)
    ).one()
    session.refresh(place, with_for_update=True)  # two first sign-ins at once must not found two groups
    members = _members(session, keys, place.id)
    name = group_of(members[person_id].roles) if person_id in members else None
    if name is None:
        return
    if name not in seals.publics(keys, place):
        found(session, keys, place, name, {person_id: boxes.public_of(private)}, now)
    holders = {i: m.public for i, m in members.items() if group_of(m.roles) == name}
    deposit = keys.current(ESCROW)[1] if ESCROW in keys.rings else None
    mine = select(KeyGroup, KeyGrant.sealed).join(KeyGrant, KeyGrant.group_id == KeyGroup.id)
    mine = mine.where(KeyGrant.person_id == person_id, KeyGroup.institution_id == place.id, KeyGroup.name == name)
    for group, sealed in session.execute(mine).all():
        secret = boxes.open_(private, grant_place(group.key_id, person_id), sealed)
        _share_out(session, group, secret, holders, deposit, keys.profile)


def found(
    session: Session, keys: Keys, place: Institution, name: str, holders: Mapping[int, bytes], now: dt.datetime
) -> KeyGroup:
    """A new pair for a group, its private key closed for the holders given; new identities are closed for it."""
    private = boxes.new_private()
    public = boxes.public_of(private)
    group = KeyGroup(institution_id=place.id, name=name, key_id=envelope.key_id(public), public=public, created_at=now)
    session.add(group)
    session.flush()
    _share_out(session, group, private, holders, None, keys.profile)
    seals.publish(keys, place, name, public)
    return group


def _share_out(
    session: Session,
    group: KeyGroup,
    secret: bytes,
    holders: Mapping[int, bytes | None],
    deposit: bytes | None,
    profile: str,
) -> None:
    """Grants for holders without; none for anybody else. The one who does this holds the key, so it is never lost."""
    session.flush()
    have = set(session.scalars(select(KeyGrant.person_id).where(KeyGrant.group_id == group.id)))
    for person_id, public in [*holders.items(), (None, deposit)]:
        if person_id not in have and public is not None:
            sealed = boxes.close(public, grant_place(group.key_id, person_id), secret, profile)
            session.add(KeyGrant(group_id=group.id, person_id=person_id, sealed=sealed))
    gone = [i for i in have if i is not None and i not in holders]
    if gone:
        session.execute(delete(KeyGrant).where(KeyGrant.group_id == group.id, KeyGrant.person_id.in_(gone)))


def group_private(session: Session, key_id: str, person_id: int | None, private: bytes) -> bytes | None:
    """A group's private key through an officer's (or the deposit's) own; None where it was never granted."""
    query = select(KeyGrant.sealed).join(KeyGroup, KeyGroup.id == KeyGrant.group_id)
    to = KeyGrant.person_id.is_(None) if person_id is None else KeyGrant.person_id == person_id
    sealed = session.scalar(query.where(KeyGroup.key_id == key_id, to))
    if sealed is None:
        return None
    try:
        return boxes.open_(private, grant_place(key_id, person_id), sealed)
    except Unreadable:  # the officer's own pair has been made anew since
        return None


def signed_in(session: Session, actor: Actor, token: str) -> bytes:
    """The private key of the officer who is signed in with this token; raises Unreadable."""
    return private_of(session, actor.person_id, token)


def private_of(session: Session, person_id: int | None, token: str) -> bytes:
    """`signed_in` by the person's number."""
    mine = (StaffSession.id == crypto.token_id(token), StaffSession.person_id == person_id)
    return officers.from_session(session.scalar(select(StaffSession.sealed_key).where(*mine)), token)


def own_share(session: Session, case_id: int, boxed: Wraps, actor: Actor, private: bytes) -> tuple[str, bytes]:
    """The officer's group and what it holds of a case's secret; raises Unreadable where no key was granted."""
    for name in GROUPS:
        entry = boxed["people"].get(name)
        group = group_private(session, entry[0], actor.person_id, private) if entry else None
        if group is not None:
            return name, wraps.opened(group, case_id, name, entry)
    raise Unreadable


def grant_place(key_id: str, person_id: int | None) -> str:
    """The place that a grant is bound to."""
    return f"key_grant|{key_id}|{person_id or 'deposit'}"


def enrol(keys: Keys, pairs: Mapping[int, Officer], now: dt.datetime) -> None:
    """Gives people their pairs and every group's keys at once, where all passwords are known: demo and tests."""
    with work() as session:
        for person_id, pair in pairs.items():
            keep(session, keys, person_id, pair)
        session.flush()
        for person_id, pair in [*pairs.items(), *pairs.items()]:  # the second time for who came before a colleague
            settle(session, keys, person_id, pair.private, now)


def officers_of(institution_id: int) -> list[int]:
    """Who needs a pair in an institution."""
    with reading() as session:
        return [i for i, m in _people(session, institution_id).items() if group_of(m.roles)]


def _people(session: Session, institution_id: int) -> dict[int, Member]:
    query = select(Person.id, Grant.role).join(Grant, Grant.person_id == Person.id)
    found: dict[int, Member] = {}
    for person_id, role in session.execute(query.where(Person.institution_id == institution_id, Person.active)):
        found.setdefault(person_id, Member()).roles.add(role)
    return found


def _members(session: Session, keys: Keys, institution_id: int) -> dict[int, Member]:
    """Everybody active with their roles, and their public key where its mark is ours."""
    found = _people(session, institution_id)
    for row in _pairs(session, found):
        if seals.genuine(keys, row):
            found[row.person_id].public = row.public
    return found


def _pairs(session: Session, people: Iterable[int]) -> Iterable[OfficerKey]:
    return session.scalars(select(OfficerKey).where(OfficerKey.person_id.in_(list(people))))
