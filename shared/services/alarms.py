"""What stands out in the security record is told by a letter, once a day for each account (ASVS 16.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.notices import owed
from shared.domain.watching import CODE_OF, FAILURES, SPREAD, too_many
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.person import Person
from shared.models.security_record import SecurityRecord
from shared.services import counters

NOTICE = "security_alarm"


def look(session: Session, now: dt.datetime, kind: str, person_id: int | None) -> None:
    """Owes the letter where a line that was just added makes the day's lines too many, in its transaction."""
    if kind not in CODE_OF:
        return
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if person_id is not None:
        own = session.scalar(select(Person.institution_id).where(Person.id == person_id))
        same = [k for k, code in CODE_OF.items() if code == CODE_OF[kind]]
        mine = SecurityRecord.institution_id == own, SecurityRecord.person_id == person_id
        if own is not None and too_many(CODE_OF[kind], _count(session, today, same, *mine)):
            _tell(session, now, own, str(person_id))
    if kind in FAILURES:
        _look_all_over(session, now, today, person_id)


def _look_all_over(session: Session, now: dt.datetime, today: dt.datetime, person_id: int | None) -> None:
    """One guess at each of many accounts; a name that nobody has is a guess at every institution."""
    places = select(Institution.id)
    if person_id is not None:
        places = places.join(Person, Person.institution_id == Institution.id).where(Person.id == person_id)
    for place in session.scalars(places).all():
        here = or_(SecurityRecord.institution_id == place, SecurityRecord.institution_id.is_(None))
        if _count(session, today, FAILURES, here) >= SPREAD:
            _tell(session, now, place, "spread")


def _count(session: Session, today: dt.datetime, kinds: Iterable[str], *where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(SecurityRecord)
    query = query.where(SecurityRecord.at >= today, SecurityRecord.kind.in_(sorted(kinds)), *where)
    return session.scalar(query) or 0


def _tell(session: Session, now: dt.datetime, institution_id: int, whom: str) -> None:
    key = f"alarm:{whom}:{now.date()}"
    if counters.add(session, institution_id, {key: 1})[key] > 1:
        return
    for notice in owed(NOTICE):
        row = OutboxRow(institution_id=institution_id, notice=NOTICE, audience=str(notice.audience))
        row.facts, row.not_before, row.created_at = {}, now, now
        session.add(row)
