"""The security record: a line for each sign-in, failure, refusal and ended session, kept for a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.passwords import Profile
from shared.domain.watching import WAITED_ONCE
from shared.models.person import Person, StaffSession
from shared.models.security_record import SecurityRecord
from shared.services import alarms

SWEPT = 1000


def note(
    session: Session,
    now: dt.datetime,
    kind: str,
    person_id: int | None,
    *,
    typed: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds a line, in the transaction of what it tells of."""
    where = select(Person.institution_id).where(Person.id == person_id).scalar_subquery()
    row = {"at": now, "kind": kind, "person_id": person_id, "typed": typed, "facts": facts or {}}
    session.execute(insert(SecurityRecord).values(institution_id=where, **row))
    alarms.look(session, now, kind, person_id)


def noted(now: dt.datetime, kind: str, person_id: int | None, *, typed: str = "", **facts: Any) -> None:
    """Adds a line by itself."""
    with work() as session:
        note(session, now, kind, person_id, typed=typed, facts=facts)


@contextmanager
def watched(now: dt.datetime, kind: str, person_id: int | None, *, typed: str = "", **facts: Any) -> Iterator[None]:
    """What is refused inside is kept as a line of this kind, or as `waited` where it came too soon."""
    try:
        yield
    except Refused as error:
        if error.code != "wait":
            noted(now, kind, person_id, typed=typed, **facts)
        elif not _just_waited(now, person_id, typed):
            noted(now, "waited", person_id, typed=typed, what=kind)
        raise


def _just_waited(now: dt.datetime, person_id: int | None, typed: str) -> bool:
    same = SecurityRecord.person_id == person_id, SecurityRecord.typed == typed, SecurityRecord.kind == "waited"
    with reading() as session:
        query = select(SecurityRecord.id).where(SecurityRecord.at > now - WAITED_ONCE, *same)
        return session.scalar(query.limit(1)) is not None


def end_sessions(session: Session, now: dt.datetime, why: str, *where: ColumnElement[bool]) -> None:
    """Ends the sessions of staff that `where` names, with a line for each."""
    for person_id in session.scalars(delete(StaffSession).where(*where).returning(StaffSession.person_id)).all():
        note(session, now, "session_ended", person_id, facts={"why": why})


def forget(now: dt.datetime, profile: Profile) -> int:
    """Deletes lines older than the profile keeps them, a batch at a time; returns how many."""
    with work() as session:
        old = select(SecurityRecord.id).where(SecurityRecord.at < now - profile.keeps).limit(SWEPT)
        gone = delete(SecurityRecord).where(SecurityRecord.id.in_(old)).returning(SecurityRecord.id)
        return len(session.scalars(gone).all())
