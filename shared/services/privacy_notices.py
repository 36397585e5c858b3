"""Versions of privacy notices: what a citizen read is what a consent was given under."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import privacy
from shared.domain.privacy import Notice
from shared.models.institution import Institution
from shared.models.privacy import PrivacyNotice


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a notice; `since` is None while the shipped one is not on record yet."""

    number: int
    notice: Notice
    since: dt.datetime | None
    latest: int


def current(session: Session, institution_id: int) -> Version:
    """The version in force; the shipped text where none is on record."""
    row = session.scalar(_versions(institution_id).limit(1))
    if row is None:
        return Version(1, privacy.of_text(privacy.shipped()), None, 1)
    return Version(row.number, privacy.of_text(row.text), row.created_at, row.number)


def recorded(session: Session, institution_id: int, now: dt.datetime) -> Version:
    """The version in force, put on record where it isn't yet: a consent names a version that exists."""
    if session.scalar(_versions(institution_id).limit(1)) is None:
        _add(session, institution_id, privacy.shipped(), 1, now)
    return current(session, institution_id)


def in_force(session: Session, institution_id: int, at: dt.datetime) -> int:
    """The number of the version that a citizen could read at that moment; the first one for what came before it."""
    query = _versions(institution_id).where(PrivacyNotice.created_at <= at).limit(1)
    row = session.scalar(query)
    return row.number if row is not None else 1


def read(institution_id: int, number: int | None = None) -> Version | None:
    """A version for the page; None where there is none of that number."""
    with reading() as session:
        now = current(session, institution_id)
        if number is None or number == now.number:
            return now
        row = session.scalar(_versions(institution_id).where(PrivacyNotice.number == number))
    return Version(row.number, privacy.of_text(row.text), row.created_at, now.number) if row is not None else None


def keep(now: dt.datetime) -> int:
    """Puts the shipped notice on record for institutions without one; returns for how many."""
    with reading() as session:
        known = select(PrivacyNotice.institution_id)
        missing = list(session.scalars(select(Institution.id).where(Institution.id.not_in(known))))
        session.rollback()
    for institution_id in missing:
        with work() as session:
            session.get_one(Institution, institution_id, with_for_update=True)
            recorded(session, institution_id, now)
    return len(missing)


def take_in(slug: str, text: str, now: dt.datetime) -> int:
    """Makes a text the newest version of an institution; the same text again makes none. Returns its number.

    Raises Refused('privacy_file', faults).
    """
    privacy.parse(text)
    with work() as session:
        place = session.scalars(select(Institution).where(Institution.slug == slug).with_for_update()).one()
        newest = session.scalar(_versions(place.id).limit(1))
        if newest is not None and newest.text == text:
            return newest.number
        number = newest.number + 1 if newest is not None else 1
        _add(session, place.id, text, number, now)
        return number


def _versions(institution_id: int) -> Select[PrivacyNotice]:
    return (
        select(PrivacyNotice)
        .where(PrivacyNotice.institution_id == institution_id)
        .order_by(PrivacyNotice.number.desc())
    )


def _add(session: Session, institution_id: int, text: str, number: int, now: dt.datetime) -> None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = PrivacyNotice(institution_id=institution_id, number=number, sha256=digest, text=text, created_at=now)
    session.add(row)
    session.flush()
