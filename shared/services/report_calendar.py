"""The calendar of reports: what is owed is opened, whoever makes it is told in time, others begin one by hand (J17)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import reports
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.notices import owed
from shared.domain.periods import Period
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.report import ReportRow
from shared.services import cases, report_calls, report_figures
from shared.services.calendars import calendar
from shared.services.recipients import AUDIENCE_OF
from shared.services.regimes import regime_of


def open_due(now: dt.datetime) -> int:
    """Opens every report whose period has begun and tells whoever makes it of days that come or have passed.

    Returns how many were opened. May run twice.
    """
    with reading() as session:
        places = list(session.scalars(select(Institution.id).order_by(Institution.id)))
        session.rollback()
    return sum(open_of(institution_id, now) for institution_id in places)


def open_of(institution_id: int, now: dt.datetime) -> int:
    """`open_due` for one institution."""
    with reading() as session:
        place = session.get_one(Institution, institution_id)
        if not regime_of(session, place.regime_version_id).reports:
            return 0
        session.rollback()
    with work() as session:
        place = session.get_one(Institution, institution_id, with_for_update=True)
        today = now.astimezone(cases.zone(session, institution_id)).date()
        book = regime_of(session, place.regime_version_id)
        newest = (
            select(ReportRow.code, func.max(ReportRow.period_to))
            .where(ReportRow.institution_id == institution_id)
            .group_by(ReportRow.code)
        )
        latest = {code: last for code, last in session.execute(newest)}
        rhythms = report_figures.rhythms(report_figures.settings(session, institution_id))
        tasks = reports.owed(book, rhythms, latest, today, calendar(session))
        session.add_all(_row(place, one) for one in tasks)
        session.flush()
        called = report_calls.mend(session, place, today, now)
        _warn(session, place, today, now)
    return len(tasks) + called


def _row(place: Institution, task: reports.Task) -> ReportRow:
    return ReportRow(
        institution_id=place.id,
        regime_version_id=place.regime_version_id,
        code=task.report.code,
        period_from=task.period.first,
        period_to=task.period.last,
        due_day=task.due.day,
        provisional=task.due.provisional,
    )


def _warn(session: Session, place: Institution, today: dt.date, now: dt.datetime) -> None:
    """Tells whoever makes a report that its day comes near, is here, or has passed; each once."""
    days, soon = calendar(session), today + dt.timedelta(days=14)
    waiting = select(ReportRow).where(
        ReportRow.institution_id == place.id, ReportRow.state != "submitted", ReportRow.due_day <= soon
    )
    for row in session.scalars(waiting):
        book, report = report_figures.book_and_report(session, row)
        moments = reports.moments(row.due_day, days, daily=report.due.kind == "daily")
        come = [day.isoformat() for day in moments if day <= today]
        if come and come[-1] not in row.told:
            row.told = [*row.told, come[-1]]
            makers = [book.acts_as[report.by]] if report.by in book.acts_as else [Role.CHIEF]
            owe(session, row, "report_late" if today > row.due_day else "report_due", makers, now)


def owe(session: Session, row: ReportRow, code: str, roles: list[Role], now: dt.datetime) -> None:
    """Queues a notice about a report to the people of these roles, in the caller's transaction."""
    told = {AUDIENCE_OF[role] for role in roles if role in AUDIENCE_OF}
    for notice in owed(code):
        if notice.audience in told:
            one = OutboxRow(institution_id=row.institution_id, notice=notice.code, audience=str(notice.audience))
            one.facts, one.not_before, one.created_at = {"report": row.id}, now, now
            session.add(one)


def begin(actor: Actor, now: dt.datetime, *, code: str, told: Period, due_day: dt.date) -> int:
    """Opens a report that no calendar calls for: 专项分析 where complaints gather (R23.03), one that is 定期 (R15.10).

    Raises Refused('missing', field), Refused('ends_before'), Refused('past_day'), Refused('report_there').
    """
    with work() as session:
        place = session.scalars(
            select(Institution).where(Institution.id == actor.institution_id).with_for_update()
        ).one()
        book = regime_of(session, place.regime_version_id)
        report = reports.report_of(book, code)
        if report is None:
            raise Refused("missing", field="code")
        if not actor.roles & reports.makers(book, report):
            raise Refused("not_yours", action="make_report")
        _check_days(told, due_day, now.astimezone(cases.zone(session, place.id)).date())
        same = select(ReportRow.id).where(
            ReportRow.institution_id == place.id,
            ReportRow.code == code,
            ReportRow.period_from == told.first,
            ReportRow.period_to == told.last,
        )
        if session.scalar(same) is not None:
            raise Refused("report_there", field="period_from")
        due = calendar(session).roll(due_day, due_day)
        row = _row(place, reports.Task(report, told, due))
        session.add(row)
        session.flush()
        return row.id


def _check_days(told: Period, due_day: dt.date, today: dt.date) -> None:
    if told.last < told.first or (told.last - told.first).days > 366:
        raise Refused("ends_before", field="period_to")
    if told.first > today or told.first.year < 2000:
        raise Refused("missing", field="period_from")
    if due_day < today or due_day.year > today.year + 2:
        raise Refused("past_day", field="due_day")
