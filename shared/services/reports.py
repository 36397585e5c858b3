"""Reports: worked out from the cases, frozen when handed in, corrected beside, never overwritten (J17)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import figures, publication, reports
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor
from shared.models.report import ReportCorrection, ReportRecord, ReportRow
from shared.services import report_calendar, report_figures
from shared.services.admin_acts import note

STILL_CORRECTED = dt.timedelta(days=400)
"""So long after it was handed in a report is compared with the cases again."""
MOST_RECORDS = 50
PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
"""A number as people write it; 1e-999999 would fill a page."""
KINDS = ("meeting", "campaign")


def load(session: Session, report_id: int, actor: Actor, version: int | None = None, *, make: bool = True) -> ReportRow:
    """The report, locked.

    Raises Refused('no_such_case') where it isn't the own institution's, Refused('not_yours') where others make it,
    Refused('stale') where somebody has changed it meanwhile.
    """
    row = session.scalar(select(ReportRow).where(ReportRow.id == report_id).with_for_update())
    if row is None or row.institution_id != actor.institution_id or not actor.in_office:
        raise Refused("no_such_case")
    if make and not actor.roles & reports.makers(*report_figures.book_and_report(session, row)):
        raise Refused("not_yours", action="make_report")
    if version is not None and version != row.version:
        raise Refused("stale", version=row.version)
    return row


def draft(
    report_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    remarks: str = "",
    inputs: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """Works the figures out anew and keeps what the person writes; as often as wanted until it is handed in.

    Raises Refused('not_now') afterwards, Refused('personal', parts) where the words name a number of somebody's,
    Refused('bad_number', field).
    """
    words = _words(remarks)
    with work() as session:
        row = load(session, report_id, actor, version)
        if row.state == "submitted":
            raise Refused("not_now")
        _fill(session, row, words, inputs, now, anew=True)
        row.state, row.drafted_by, row.drafted_at = "drafted", actor.person_id, now


def _fill(
    session: Session, row: ReportRow, words: str, inputs: Mapping[str, str] | None, now: dt.datetime, *, anew: bool
) -> None:
    """Writes down the words and the numbers given; works the figures out `anew` or because of other numbers."""
    given = _numbers(session, row, inputs or {})
    if anew or given != row.inputs:
        row.figures, row.inputs = report_figures.worked_out(session, row, given, now), given
    row.remarks = words


def _words(text: str, field: str = "remarks") -> str:
    text = text.strip()
    if text:
        publication.check_personal(text, field)
    return text


def _numbers(session: Session, row: ReportRow, inputs: Mapping[str, str]) -> dict[str, str]:
    """The numbers that the rates ask for, as text; raises Refused('bad_number', field)."""
    found: dict[str, str] = {}
    for name in report_figures.asks(session, row):
        text = inputs.get(name, "").strip().replace(",", "")
        if not text:
            continue
        if not PLAIN.fullmatch(text):
            raise Refused("bad_number", field=name)
        found[name] = text
    return found


def submit(
    report_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    remarks: str = "",
    inputs: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """Hands a report in: its figures, those that were shown, never change again, and whoever it goes to is told.

    Raises Refused('not_now') where it was handed in or its figures haven't been worked out, Refused('missing',
    field='remarks') for minutes without conclusions (R20.09), Refused('personal'), Refused('bad_number', field).
    """
    words = _words(remarks)
    with work() as session:
        row = load(session, report_id, actor, version)
        book, report = report_figures.book_and_report(session, row)
        written = reports.by_person(report)
        if row.state == "submitted" or (row.state == "due" and not written):
            raise Refused("not_now")
        if written and report.due.kind != "daily":
            needs(remarks=words)
        _fill(session, row, words, inputs, now, anew=written)
        row.state, row.submitted_by, row.submitted_at = "submitted", actor.person_id, now
        note(session, actor, now, "report_submitted", facts={"report": row.id, "code": row.code})
        report_calendar.owe(session, row, "report_submitted", reports.readers(book, report), now)


def add_record(
    report_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    kind: str,
    day: dt.date | None,
    until: dt.date | None,
    takers: str,
    conclusions: str,
) -> None:
    """Keeps a meeting with its conclusions (R20.09) or a joint campaign of several departments (W3.01).

    Raises Refused('missing', field), Refused('ends_before'), Refused('personal').
    """
    if kind not in KINDS:
        raise Refused("missing", field="kind")
    needs(takers=takers, conclusions=conclusions)
    if day is None or not 2000 <= day.year <= now.year + 2:
        raise Refused("missing", field="day")
    if until is not None and (until < day or (until - day).days > 366):
        raise Refused("ends_before", field="until")
    words = _words(conclusions, "conclusions")
    with work() as session:
        row = load(session, report_id, actor)
        count = select(func.count()).select_from(ReportRecord).where(ReportRecord.report_id == row.id)
        if (session.scalar(count) or 0) >= MOST_RECORDS:
            raise Refused("not_now")
        kept = ReportRecord(report_id=row.id, kind=kind, day=day, until=until, by_id=actor.person_id, at=now)
        kept.takers, kept.conclusions = _words(takers, "takers"), words
        session.add(kept)


def correct(now: dt.datetime) -> int:
    """Compares reports that were handed in with the cases; what has changed is kept beside, nothing is overwritten.

    Returns how many corrections were added. May run twice.
    """
    with reading() as session:
        since = select(ReportRow.id).where(
            ReportRow.state == "submitted", ReportRow.submitted_at > now - STILL_CORRECTED
        )
        found = list(session.scalars(since.order_by(ReportRow.id)))
        session.rollback()
    return sum(_correct(report_id, now) for report_id in found)


def _correct(report_id: int, now: dt.datetime) -> int:
    with work() as session:
        row = session.get_one(ReportRow, report_id, with_for_update=True)
        _, report = report_figures.book_and_report(session, row)
        if not report.items:
            return 0
        earlier = session.scalars(
            select(ReportCorrection.cells).where(ReportCorrection.report_id == row.id).order_by(ReportCorrection.id)
        )
        known = figures.corrected(row.figures.get("cells", {}), list(earlier))
        cells = report_figures.worked_out(session, row, row.inputs, now)["cells"]
        changed: dict[str, Any] = figures.changes(known, cells)
        if changed:
            session.add(ReportCorrection(report_id=row.id, at=now, cells=changed))
    return int(bool(changed))


def exported(report_id: int, actor: Actor, now: dt.datetime, form: str) -> None:
    """Puts on record that somebody takes a report out of the system, as a file or on paper."""
    with work() as session:
        row = load(session, report_id, actor, make=False)
        note(session, actor, now, "report_exported", facts={"report": row.id, "code": row.code, "form": form})
