"""Public figures, released once a month by a job and never changed: same question, same number (promises 1.7)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import releases
from shared.domain.follow_up import LEVELS
from shared.domain.mornings import midnight
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.rating import Rating
from shared.models.release import Release
from shared.models.slip import Slip
from shared.models.unit import Unit
from shared.services.regimes import regime_of

RESULTS = {
    "answered": "done",
    "answered_directly": "done",
    "refused": "refused",
    "referred": "referred",
    "withdrawn": "withdrawn",
}
"""Events that end the wait of a citizen, and the row of the table they count in."""
Span = tuple[dt.datetime, dt.datetime]
Count = Callable[[Session, Institution, Span], Mapping[str, int]]


def make(now: dt.datetime) -> int:
    """Releases every ended month that has no release yet; returns how many. May run twice, changes none."""
    with reading() as session:
        waiting = {i: _due(session, session.get_one(Institution, i), now) for i in _ids(session)}
        session.rollback()
    for institution_id, months in waiting.items():
        for month in months:
            _release(institution_id, month, now)
    return sum(map(len, waiting.values()))


def _ids(session: Session) -> list[int]:
    return list(session.scalars(select(Institution.id).order_by(Institution.id)))


def _due(session: Session, institution: Institution, now: dt.datetime) -> list[dt.date]:
    zone = ZoneInfo(institution.time_zone)
    known = list(session.scalars(select(Release.month).where(Release.institution_id == institution.id)))
    first = min(known, default=None)
    if first is None:
        oldest = session.scalar(select(func.min(Case.received_at)).where(Case.institution_id == institution.id))
        if oldest is None:
            return []
        first = oldest.astimezone(zone).date()
    return releases.due_months(first, known, now.astimezone(zone).date())


def _release(institution_id: int, month: dt.date, now: dt.datetime) -> None:
    """One month's tables; each takes the months with it that have waited."""
    with work() as session:
        institution = session.get_one(Institution, institution_id, with_for_update=True)
        before = session.scalars(
            select(Release).where(Release.institution_id == institution_id).order_by(Release.month)
        ).all()
        if any(r.month >= month for r in before):
            return  # another process was first
        tables = {}
        for kind in releases.KINDS:
            open_months = [*_waited(before, kind.name), month]
            counts = [(m, COUNTS[kind.name](session, institution, _span(institution, m))) for m in open_months]
            found = releases.table(kind, counts)
            if found is not None:
                tables[kind.name] = asdict(found) | {"first": found.first.isoformat()}
        session.add(Release(institution_id=institution_id, month=month, tables=tables, made_at=now))


def _waited(before: Sequence[Release], name: str) -> list[dt.date]:
    """The months just before that told nothing in this table."""
    waited: list[dt.date] = []
    for release in reversed(before):
        if name in release.tables:
            break
        waited.insert(0, release.month)
    return waited


def _span(institution: Institution, month: dt.date) -> Span:
    zone = ZoneInfo(institution.time_zone)
    return midnight(month, zone), midnight(releases.following(month), zone)


def _categories(session: Session, institution: Institution, span: Span) -> Mapping[str, int]:
    """Received, by category; '' where there is none."""
    query = select(Case.category, func.count()).where(
        Case.institution_id == institution.id, Case.received_at >= span[0], Case.received_at < span[1]
    )
    found = {code: n for code, n in session.execute(query.group_by(Case.category))}
    codes = [c.code for c in regime_of(session, institution.regime_version_id).categories]
    return {code: found.get(code, 0) for code in dict.fromkeys([*codes, *sorted(found)])}


def _results(session: Session, institution: Institution, span: Span) -> Mapping[str, int]:
    """Answered, refused, referred or withdrawn in these days."""
    query = (
        select(Event.kind, func.count())
        .join(Case, Case.id == Event.case_id)
        .where(Case.institution_id == institution.id, Event.at >= span[0], Event.at < span[1])
        .where(Event.kind.in_(RESULTS))
        .group_by(Event.kind)
    )
    counted: Counter[str] = Counter()
    for kind, n in session.execute(query):
        counted[RESULTS[kind]] += n
    return {row: counted[row] for row in dict.fromkeys(RESULTS.values())}


def _punctual(session: Session, institution: Institution, span: Span) -> Mapping[str, int]:
    """Limits for dealing with a case: met on the day they stop, missed on the day they run out."""
    first, end = span
    limits = regime_of(session, institution.regime_version_id).extension.limits
    met = and_(ClockRow.stopped_at >= first, ClockRow.stopped_at < end, ClockRow.stopped_at <= ClockRow.due_at)
    unpaused = ClockRow.paused_since.is_(None) | (ClockRow.paused_since >= ClockRow.due_at)
    over = or_(ClockRow.stopped_at > ClockRow.due_at, and_(ClockRow.stopped_at.is_(None), unpaused))
    late = and_(ClockRow.due_at >= first, ClockRow.due_at < end, over)
    query = (
        select(func.count().filter(met), func.count().filter(late))
        .select_from(ClockRow)
        .join(Case, Case.id == ClockRow.case_id)
        .where(Case.institution_id == institution.id, ClockRow.limit_id.in_(limits))
    )
    row = session.execute(query).one()
    return {"met": row[0], "late": row[1]}


def _levels(session: Session, institution: Institution, span: Span) -> Mapping[str, int]:
    """Ratings given in these days."""
    query = (
        select(Rating.level, func.count())
        .join(Case, Case.id == Rating.case_id)
        .where(Case.institution_id == institution.id, Rating.at >= span[0], Rating.at < span[1], Rating.level != "")
        .group_by(Rating.level)
    )
    found = {level: n for level, n in session.execute(query)}
    return {level: found.get(level, 0) for level in LEVELS}


def _units(session: Session, institution: Institution, span: Span) -> Mapping[str, int]:
    """Slips issued, by the unit's name at that time."""
    query = (
        select(Unit.name, func.count())
        .select_from(Slip)
        .join(Unit, Unit.id == Slip.unit_id)
        .where(Slip.institution_id == institution.id, Slip.issued_at >= span[0], Slip.issued_at < span[1])
        .group_by(Unit.name)
        .order_by(Unit.name)
    )
    return {name: n for name, n in session.execute(query)}


COUNTS: dict[str, Count] = {
    "categories": _categories,
    "results": _results,
    "punctual": _punctual,
    "levels": _levels,
    "units": _units,
}
