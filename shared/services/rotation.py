"""Changing keys: every row is closed anew by itself, so a run that is cut short leaves every case openable.

A run may be started again at any time and does only what is left. A group's key is changed by one of its officers,
the notifier's and the web's content key by whoever runs the processes that hold them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared import case_keys, crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.key_group import KeyGrant, KeyGroup, OfficerKey
from shared.models.person import Person
from shared.sealing import boxes, envelope, wraps
from shared.sealing.envelope import Unreadable
from shared.sealing.wraps import ALARM, WAIT, Wraps
from shared.services import identities, officer_keys, seals

Change = Callable[[int, Wraps, Institution], Wraps | None]
"""The wraps of a case as they shall be, None where nothing is to do."""
AT_ONCE = 200
STILL_COMING = dt.timedelta(hours=1)


def renew_group(keys: Keys, person_id: int, private: bytes, now: dt.datetime) -> str:
    """A new pair for the officer's group, used at once for what is new; returns the group's name.

    Where the last change isn't finished there is none: finish it first. Raises Refused('no_key').
    """
    with work() as session:
        name, place = _mine(session, person_id)
        own = (KeyGroup.institution_id == place.id, KeyGroup.name == name)
        unfinished = select(KeyGrant.id).join(KeyGroup, KeyGroup.id == KeyGrant.group_id)
        if session.scalar(unfinished.where(*own, KeyGroup.retired_at.is_not(None)).limit(1)) is None:
            session.execute(update(KeyGroup).where(*own, KeyGroup.retired_at.is_(None)).values(retired_at=now))
            officer_keys.found(session, keys, place, name, {person_id: boxes.public_of(private)}, now)
        officer_keys.settle(session, keys, person_id, private, now)
        return name


def rewrap_group(keys: Keys, person_id: int, private: bytes, now: dt.datetime, *, most: int | None = None) -> int:
    """Closes the group's boxes for its newest key, with the officer's grants; returns how many rows were changed.

    When none is left, the grants of keys that have been out of use for an hour are destroyed: by then no complaint
    that was being taken in when the key changed is still on its way.
    """
    with work() as session:
        name, place = _mine(session, person_id)
        institution_id, opened = place.id, _privates(session, place.id, name, person_id, private)
        public = seals.publics(keys, place)[name]
    current = envelope.key_id(public)

    def change(case_id: int, boxed: Wraps, _place: Institution) -> Wraps | None:
        entry = boxed["people"].get(name)
        if entry is None or entry[0] == current or entry[0] not in opened:
            return None
        share = wraps.opened(opened[entry[0]], case_id, name, entry)
        anew = wraps.closed(public, case_id, name, share, keys.profile)
        return {**boxed, "people": {**boxed["people"], name: anew}}

    done = _each(change, institution_id, most)
    if most is None or done < most:
        _forget_old(institution_id, name, current, now)
    return done


def rewrap_notifier(keys: Keys, notifier: Mapping[str, bytes], *, most: int | None = None) -> int:
    """Closes whatever waits for the notifier with its newest key (worker process only)."""
    current, public = keys.current("notifier.pub")

    def anew(case_id: int, name: str, entry: list[str]) -> list[str]:
        if entry[0] == current:
            return entry
        what = wraps.opened(notifier.get(entry[0], b""), case_id, name, entry)
        return wraps.closed(public, case_id, name, what, keys.profile)

    def change(case_id: int, boxed: Wraps, _place: Institution) -> Wraps | None:
        held = [name for name in boxed["people"] if name == ALARM or name.startswith(WAIT)]
        people = boxed["people"] | {name: anew(case_id, name, boxed["people"][name]) for name in held}
        fresh = {**boxed, "people": people, "notifier": anew(case_id, "notifier", boxed["notifier"])}
        return fresh if fresh != boxed else None

    return _each(change, None, most)


def rewrap_content(keys: Keys, *, most: int | None = None) -> int:
    """Closes content keys and search keys with the newest key of the web, and makes its marks anew."""
    current = keys.current("content")[0]

    def change(case_id: int, boxed: Wraps, _place: Institution) -> Wraps | None:
        if boxed["content"][0] == current:
            return None
        where = identities.place(case_id, "wraps.content")
        content = crypto.unseal(keys, "content", where, wraps.unb64(boxed["content"][1]))
        return {**boxed, "content": [current, wraps.b64(crypto.seal(keys, "content", where, content))]}

    _renew_marks(keys)
    return _each(change, None, most)


def _renew_marks(keys: Keys) -> None:
    with work() as session:
        for place in session.scalars(select(Institution).with_for_update()):
            seals.renew(keys, place)
            place.search_key = case_keys.renewed_search_key(keys, place.slug, place.search_key)
        for row in session.scalars(select(OfficerKey).with_for_update()):
            if seals.genuine(keys, row):
                row.mark = seals.officer_mark(keys, row.person_id, row.public)


def adopt(keys: Keys, notifier: Mapping[str, bytes], *, most: int = AT_ONCE) -> int:
    """Hands what waits with the notifier to groups that have a key by now (worker process only)."""

    def change(case_id: int, boxed: Wraps, place: Institution) -> Wraps | None:
        people, publics = dict(boxed["people"]), seals.publics(keys, place)
        for name in [n for n in people if n.startswith(WAIT) and n.removeprefix(WAIT) in publics]:
            entry, group = people.pop(name), name.removeprefix(WAIT)
            share = wraps.opened(notifier.get(entry[0], b""), case_id, name, entry)
            people[group] = wraps.closed(publics[group], case_id, group, share, keys.profile)
        return {**boxed, "people": people} if people != boxed["people"] else None

    return _each(change, None, most, Complainant.waits)


def renew_old(keys: Keys, *, most: int | None = None) -> int:
    """Seals rows from before 0005-sealed-identity to the groups, while their keys are still here."""
    done = 0
    with reading() as session:
        found = list(session.scalars(select(Complainant.case_id).where(Complainant.wraps.is_(None)).limit(most)))
        session.rollback()
    for case_id in found:
        with work() as session:
            who = session.get(Complainant, case_id, with_for_update=True)
            case = session.get(Case, case_id)
            if who is None or case is None or who.wraps is not None:
                continue
            identity, contact = identities.legacy(keys, who)
            anew = identities.sealed(keys, session.get_one(Institution, case.institution_id), case, identity, contact)
            who.identity, who.contact, who.wraps = anew.identity, anew.contact, anew.wraps
            who.spans, who.waits = anew.spans, anew.waits
            done += 1
    return done


def _each(change: Change, institution_id: int | None, most: int | None, *where: Any) -> int:
    """Takes the change row by row, each in its own transaction; returns how many rows were changed."""
    query = select(Complainant.case_id).join(Case, Case.id == Complainant.case_id).order_by(Complainant.case_id)
    query = query.where(Complainant.wraps.is_not(None), *where)
    if institution_id is not None:
        query = query.where(Case.institution_id == institution_id)
    with reading() as session:
        found = list(session.scalars(query))
        session.rollback()
    done = 0
    for case_id in found:
        if most is not None and done >= most:
            break
        done += _one(change, case_id)
    return done


def _one(change: Change, case_id: int) -> bool:
    with work() as session:
        who = session.get(Complainant, case_id, with_for_update=True)
        if who is None or who.wraps is None:
            return False
        place = session.scalars(
            select(Institution).join(Case, Case.institution_id == Institution.id).where(Case.id == case_id)
        ).one()
        try:
            fresh = change(case_id, who.wraps, place)
        except Unreadable:  # a key that isn't here any more: this row stays as it is, the others go on
            return False
        if fresh is None:
            return False
        who.wraps = fresh
        who.waits = identities.waiting(fresh)
        return True


def _mine(session: Session, person_id: int) -> tuple[str, Institution]:
    person = session.get_one(Person, person_id)
    roles = officer_keys.roles_of(session, person_id)
    name = officer_keys.group_of(roles)
    if name is None:
        raise Refused("no_key")
    return name, session.get_one(Institution, person.institution_id, with_for_update=True)


def _privates(session: Session, institution_id: int, name: str, person_id: int, private: bytes) -> dict[str, bytes]:
    """Every key of the group that the officer holds, by its id."""
    ids = select(KeyGroup.key_id).where(KeyGroup.institution_id == institution_id, KeyGroup.name == name)
    found = {i: officer_keys.group_private(session, i, person_id, private) for i in session.scalars(ids)}
    return {i: key for i, key in found.items() if key is not None}


def _forget_old(institution_id: int, name: str, current: str, now: dt.datetime) -> None:
    of_house = select(Complainant.wraps).join(Case, Case.id == Complainant.case_id)
    of_house = of_house.where(Case.institution_id == institution_id, Complainant.wraps.is_not(None))
    old = select(KeyGroup.id).where(
        KeyGroup.institution_id == institution_id, KeyGroup.name == name, KeyGroup.retired_at <= now - STILL_COMING
    )
    with work() as session:
        held = {boxed["people"].get(name, [current])[0] for boxed in session.scalars(of_house)}
        if held <= {current}:
            session.execute(delete(KeyGrant).where(KeyGrant.group_id.in_(old)))
