"""Which reports wait for a person: those that are theirs to make and whose day comes or has passed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import reports
from shared.domain.lifecycle import Role
from shared.domain.regimes.records import Report
from shared.domain.visibility import Actor
from shared.models.report import ReportRow
from shared.services import report_figures
from shared.services.queries_queue import local_day

SOON = dt.timedelta(days=5)
MOST = 200


def waiting(session: Session, actor: Actor, now: dt.datetime, size: int) -> list[tuple[ReportRow, Report]]:
    """Reports that are this person's to make and whose day comes within three working days or has passed."""
    soon = local_day(actor, now) + SOON
    rows = select(ReportRow).where(
        ReportRow.institution_id == actor.institution_id, ReportRow.state != "submitted", ReportRow.due_day <= soon
    )
    found: list[tuple[ReportRow, Report]] = []
    for row in session.scalars(rows.order_by(ReportRow.due_day, ReportRow.id).limit(MOST)):
        book, report = report_figures.book_and_report(session, row)
        if actor.roles & reports.makers(book, report) - {Role.CHIEF}:
            found.append((row, report))
    return found[:size]
