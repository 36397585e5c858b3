"""What tests of a rule book's reports do: open them, work them out, hand them in, read their tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy import select

from backoffice import report_tables
from shared.db import work
from shared.domain.periods import Period
from shared.domain.visibility import Actor
from shared.models.report import ReportRow
from shared.services import queries_reports, report_calendar, reports, slips
from shared.services.queries_reports import View
from tests.support import regime_world as rw
from tests.support import world as w


def at(*day: int) -> dt.datetime:
    """Ten in the morning of a day in Shanghai."""
    return dt.datetime(*day, 2, tzinfo=dt.UTC)


def owed(code: str, now: dt.datetime = w.MONDAY) -> tuple[rw.RegimeWorld, dict[tuple[str, dt.date], ReportRow]]:
    """The rule book's institution on that day, and the reports it owes by code and last day."""
    place = rw.of(code)
    report_calendar.open_due(now)
    with work() as session:
        rows = session.scalars(select(ReportRow)).all()
        session.expunge_all()
    return place, {(row.code, row.period_to): row for row in rows}


def maker(place: rw.RegimeWorld, code: str) -> Actor:
    """Whoever makes the report under the rule book."""
    report = next(one for one in place.book.reports if one.code == code)
    return place.actor(report.by)


def handed_in(place: rw.RegimeWorld, row: ReportRow, now: dt.datetime = w.MONDAY, **more: Any) -> View:
    """The report as its maker sees it after working it out and handing it in."""
    by = maker(place, row.code)
    reports.draft(row.id, by, now, **more)
    reports.submit(row.id, by, now, **more)
    return queries_reports.view(row.id, by)


def lines(view: View, code: str) -> dict[str, int]:
    """The numbers of one table by the names beside them; inside a request."""
    return {r.name: r.number for t in report_tables.tables(view) if t.code == code for r in t.rows}


def begun(place: rw.RegimeWorld, code: str, role: str) -> int:
    """A report about September that somebody begins without the calendar, worked out on the Monday."""
    told = Period(dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    by = place.actor(role)
    report_id = report_calendar.begin(by, w.MONDAY, code=code, told=told, due_day=dt.date(2026, 10, 9))
    reports.draft(report_id, by, w.MONDAY)
    return report_id


def passed_to(place: rw.RegimeWorld, app: Flask, n: int) -> int:
    """A complaint that was accepted and passed to the n-th unit."""
    case_id = place.accepted(app)
    call = dict(unit_id=place.unit(n), points="请查明", text=rw.STORY)
    slips.transfer(case_id, place.as_("dispatcher"), w.MONDAY, **call)
    return case_id
