"""Reports that an event calls for: opened with the event, or by the sweep where that was missed (R4.05, R23.03)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import insert_into
from shared.domain import figures, reports
from shared.domain.calendar import ONE_DAY, Due
from shared.domain.periods import Period, period_of
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Report
from shared.domain.regimes.vocabulary import HOT_SPOT
from shared.models.case import Case
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.report import ReportRow
from shared.services.calendars import calendar
from shared.services.regimes import regime_of

LOOKED_BACK = dt.timedelta(days=7)
"""So far back the sweep looks for an event whose report nobody has opened."""


def by_event(session: Session, case: Case, event: Event) -> int:
    """Opens the reports that this event calls for, in its own transaction; returns how many."""
    return _by_event(session, case, event, regime_of(session, case.regime_version_id))


def mend(session: Session, place: Institution, today: dt.date, now: dt.datetime) -> int:
    """Opens what events of the last days call for and nobody has opened, and what has gathered; may run twice."""
    book = regime_of(session, place.regime_version_id)
    kinds = {one.due.on for one in book.reports if one.due.on}
    opened = _gathered(session, place, book, today) if HOT_SPOT in kinds else 0
    if kinds - {HOT_SPOT}:
        query = select(Case, Event).join(Event, Event.case_id == Case.id).where(Case.institution_id == place.id)
        query = query.where(Event.kind.in_(kinds), Event.at > now - LOOKED_BACK).order_by(Event.id)
        opened += sum(_by_event(session, case, event, book) for case, event in session.execute(query).all())
    return opened


def _by_event(session: Session, case: Case, event: Event, book: Regime) -> int:
    called = reports.called_by(book, event.kind)
    if not called:
        return 0
    place = session.get_one(Institution, case.institution_id)
    day = event.at.astimezone(ZoneInfo(place.time_zone)).date()
    until = str(event.facts.get("until", ""))
    days = calendar(session)
    return sum(
        _owe(session, place, one, Period(day, day), reports.due_after(one, day, until, days), event.at)
        for one in called
    )


def _gathered(session: Session, place: Institution, book: Regime, today: dt.date) -> int:
    """R23.03: complaints of a kind that have at least doubled since last month call for an analysis of this one."""
    month = period_of("month", today)
    before = period_of("month", month.first - ONE_DAY)
    if not figures.hot_spots(_kinds(session, place, month), _kinds(session, place, before)):
        return 0
    days, began = calendar(session), dt.datetime.combine(month.first, dt.time(), ZoneInfo(place.time_zone))
    called = reports.called_by(book, HOT_SPOT)
    return sum(_owe(session, place, one, month, reports.due_after(one, today, "", days), began) for one in called)


def _kinds(session: Session, place: Institution, told: Period) -> dict[str, int]:
    """What came in, by kind, with what is on record and no complaint."""
    here = ZoneInfo(place.time_zone)
    first, end = (dt.datetime.combine(day, dt.time(), here) for day in (told.first, told.last + ONE_DAY))
    came = Case.institution_id == place.id, Case.received_at >= first, Case.received_at < end, Case.category != ""
    return {
        kind: n for kind, n in session.execute(select(Case.category, func.count()).where(*came).group_by(Case.category))
    }


def _owe(session: Session, place: Institution, report: Report, told: Period, due: Due, at: dt.datetime) -> int:
    """Opens it unless one for these days is open, or was handed in since; an earlier day holds for both."""
    known = list(
        session.scalars(
            select(ReportRow)
            .where(ReportRow.institution_id == place.id, ReportRow.code == report.code)
            .where(ReportRow.period_from <= told.first, ReportRow.period_to >= told.last)
            .order_by(ReportRow.id)
        )
    )
    for row in known:
        if row.state != "submitted" and due.day < row.due_day:
            row.due_day, row.provisional = due.day, due.provisional
        if row.state != "submitted" or (row.submitted_at is not None and row.submitted_at >= at):
            return 0
    if any((row.period_from, row.period_to) == (told.first, told.last) for row in known):
        told = Period(told.first, max(due.day, told.last + ONE_DAY))
    made = insert_into(session, ReportRow).values(
        version=1,
        institution_id=place.id,
        regime_version_id=place.regime_version_id,
        code=report.code,
        period_from=told.first,
        period_to=told.last,
        due_day=due.day,
        provisional=due.provisional,
    )
    return len(session.execute(made.on_conflict_do_nothing().returning(ReportRow.id)).all())
