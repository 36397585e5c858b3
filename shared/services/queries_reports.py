"""What the pages of reports read: the list, one report, the cases behind a figure, none kept from the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from shared.db import FAR, reading
from shared.domain import figures, reports
from shared.domain.errors import Refused
from shared.domain.periods import Period
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Report
from shared.domain.visibility import Actor, need_sight
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.person import Person
from shared.models.report import ReportCorrection, ReportRecord, ReportRow, TierMember, TierNode
from shared.models.unit import HANDLING, Unit
from shared.services import barrier, report_counts, report_figures
from shared.services.queries_queue import local_day, place_of
from shared.services.queries_work import book_of

PAGE = 50
MOST_WAITING = 200
MOST_EXPORTED = 5000
MOST_BARRED = 500
SHOWN: tuple[Any, ...] = (
    Case.id,
    Case.register_no,
    Case.received_at,
    Case.channel,
    Case.category,
    Case.severity,
    Case.state,
    Case.answered_at,
    Unit.name.label("unit"),
)
"""What a list of cases in a report tells: numbers, dates and codes, nobody's words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the list."""

    id: int
    name: str
    period: Period
    due_day: dt.date
    provisional: bool
    state: str
    submitted_at: dt.datetime | None
    late: bool
    mine: bool


@dataclass(slots=True)
class Listed:
    """What is owed, soonest first, and what was handed in, newest first."""

    waiting: list[Line] = field(default_factory=list)
    done: list[Line] = field(default_factory=list)
    older: int | None = None
    by_hand: list[Report] = field(default_factory=list)
    """Reports that whoever reads may begin by hand."""
    unset: list[Report] = field(default_factory=list)
    """Those of which nobody has said how often they are made."""


@dataclass(slots=True)
class View:
    """One report as its page shows it."""

    row: ReportRow
    book: Regime
    report: Report
    by: Mapping[int, str]
    corrections: list[tuple[dt.datetime, dict[str, list[Any]]]]
    records: list[ReportRecord]
    hidden: Mapping[str, int]
    """How many of each figure are cases that are kept from the reader."""
    may_make: bool

    @property
    def period(self) -> Period:
        """The days it covers."""
        return Period(self.row.period_from, self.row.period_to)

    def frozen(self) -> dict[str, Any]:
        """The figures as they were handed in or last worked out, as far as the reader may know them."""
        return self._seen(self.row.figures.get("cells", {}))

    def now(self) -> dict[str, Any]:
        """The figures with every correction."""
        return self._seen(figures.corrected(self.row.figures.get("cells", {}), [c for _, c in self.corrections]))

    def _seen(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        return {cell: max(0, n - self.hidden.get(cell, 0)) if isinstance(n, int) else n for cell, n in cells.items()}

    def table(self, name: str) -> dict[str, int]:
        """One table's lines as they stand now."""
        return {cell.split("/", 1)[1]: n for cell, n in self.now().items() if cell.startswith(f"{name}/")}


def listed(actor: Actor, now: dt.datetime, before: int | None = None) -> Listed:
    """The reports of the institution; raises Refused('not_yours')."""
    need_sight(actor, "reports")
    found, today = Listed(), local_day(actor, now)
    with reading() as session:
        book = book_of(session, actor)
        own = ReportRow.institution_id == actor.institution_id
        waiting = select(ReportRow).where(own, ReportRow.state != "submitted")
        rows = session.scalars(waiting.order_by(ReportRow.due_day, ReportRow.id).limit(MOST_WAITING))
        found.waiting = [_line(session, row, actor, today) for row in rows]
        done = select(ReportRow).where(own, ReportRow.state == "submitted")
        if before:
            done = done.where(ReportRow.id < before)
        rows = session.scalars(done.order_by(ReportRow.id.desc()).limit(PAGE + 1))
        handed_in = [_line(session, row, actor, today) for row in rows]
        found.done, found.older = handed_in[:PAGE], handed_in[PAGE - 1].id if len(handed_in) > PAGE else None
        rhythms = report_figures.rhythms(report_figures.settings(session, actor.institution_id or 0))
        loose = [r for r in book.reports if r.due.kind in {"on_event", "set"} and reports.rhythm_of(r, rhythms) is None]
        found.by_hand = [r for r in loose if actor.roles & reports.makers(book, r)]
        found.unset = [r for r in loose if r.due.kind == "set"]
    return found


def _line(session: Session, row: ReportRow, actor: Actor, today: dt.date) -> Line:
    book, report = report_figures.book_and_report(session, row)
    return Line(
        row.id,
        report.name,
        Period(row.period_from, row.period_to),
        row.due_day,
        row.provisional,
        row.state,
        row.submitted_at,
        row.state != "submitted" and row.due_day < today,
        bool(actor.roles & reports.makers(book, report)),
    )


def view(report_id: int, actor: Actor) -> View:
    """One report; raises Refused('no_such_case') for anybody's but the own institution's office."""
    with reading() as session:
        row = _own(session, report_id, actor)
        book, report = report_figures.book_and_report(session, row)
        corrections = session.execute(
            select(ReportCorrection.at, ReportCorrection.cells)
            .where(ReportCorrection.report_id == row.id)
            .order_by(ReportCorrection.id)
        )
        changed = [(at, cells) for at, cells in corrections]
        records = list(
            session.scalars(
                select(ReportRecord).where(ReportRecord.report_id == row.id).order_by(ReportRecord.day, ReportRecord.id)
            )
        )
        named = {row.drafted_by, row.submitted_by, *(one.by_id for one in records)} - {None}
        by = select(Person.id, Person.name).where(Person.id.in_(named))
        people = {person_id: name for person_id, name in session.execute(by)} if named else {}
        hidden = _hidden(session, actor, row, report, _scope(actor, row, book, report, changed))
        may = bool(actor.roles & reports.makers(book, report))
        for one in (row, *records):
            session.expunge(one)
    return View(row, book, report, people, changed, records, hidden, may)


def _own(session: Session, report_id: int, actor: Actor) -> ReportRow:
    row = session.get(ReportRow, report_id)
    if row is None or row.institution_id != actor.institution_id or not actor.in_office:
        raise Refused("no_such_case")
    return row


def _scope(
    actor: Actor, row: ReportRow, book: Regime, report: Report, changed: Sequence[tuple[dt.datetime, Any]]
) -> report_counts.Scope:
    """As it was counted last: when it was worked out, or corrected."""
    counted = changed[-1][0] if changed else row.drafted_at or FAR
    told, here = Period(row.period_from, row.period_to), ZoneInfo(place_of(actor).time_zone)
    return report_counts.scope(row.institution_id, here, book, told, counted, report.of)


def _hidden(
    session: Session, actor: Actor, row: ReportRow, report: Report, asked: report_counts.Scope
) -> dict[str, int]:
    """R4.06: of each figure, how many are cases that complain about the reader."""
    barred = select(CaseBar.case_id).where(barrier.barred_cases(actor)).distinct().limit(MOST_BARRED)
    cases = list(session.scalars(barred))
    if not cases:
        return {}
    parts = []
    for table in report_counts.tables_of(report):
        rows = report_counts.TABLES[table](asked).subquery()
        count = select(literal(table), rows.c.key, func.count(rows.c.case_id.distinct()))
        parts.append(count.where(rows.c.case_id.in_(cases)).group_by(rows.c.key))
    found = session.execute(union_all(*parts)) if parts else ()
    return {f"{table}/{key or ''}": n for table, key, n in found}


def behind(
    view: View, actor: Actor, table: str, key: str, after: tuple[dt.datetime, int] | None = None, size: int = PAGE
) -> tuple[list[Row[Any]], bool]:
    """The cases behind one figure as they stand today, newest first, and whether there are more.

    `key` '*' is all of the table. Raises Refused('no_such_case') for a figure that the report doesn't have.
    """
    row, book, report = view.row, view.book, view.report
    with reading() as session:
        if table not in report_counts.tables_of(report):
            raise Refused("no_such_case")
        cases = report_counts.behind(table, key, _scope(actor, row, book, report, view.corrections))
        query: Select[Any] = (
            select(*SHOWN)
            .outerjoin(Unit, Unit.id == Case.unit_id)
            .where(Case.id.in_(cases), Case.institution_id == actor.institution_id, barrier.open_to(actor))
        )
        if after is not None:
            query = query.where(tuple_(Case.received_at, Case.id) < tuple_(*after))
        rows = list(session.execute(query.order_by(Case.received_at.desc(), Case.id.desc()).limit(size + 1)))
    return rows[:size], len(rows) > size


@dataclass(slots=True)
class Kept:
    """What the institution has set for its reports, and what may be set."""

    book: Regime
    rhythms: Mapping[str, reports.Rhythm]
    target: str
    units: Sequence[tuple[int, str, int | None, int | None]]
    """Id, name, base and place of each unit."""
    places: list[TierNode]


def kept(actor: Actor) -> Kept:
    """The page of settings."""
    need_sight(actor, "reports")
    with reading() as session:
        book = book_of(session, actor)
        held = report_figures.settings(session, actor.institution_id or 0)
        units = session.execute(
            select(Unit.id, Unit.name, TierMember.node_id)
            .outerjoin(TierMember, TierMember.unit_id == Unit.id)
            .where(Unit.institution_id == actor.institution_id, Unit.kind == HANDLING)
            .order_by(Unit.id)
        )
        rows = [(u, name, held.get(f"base:{u}", {}).get("n"), node) for u, name, node in units]
        own = select(TierNode).where(TierNode.institution_id == actor.institution_id).order_by(TierNode.id)
        places = list(session.scalars(own))
        for one in places:
            session.expunge(one)
    return Kept(book, report_figures.rhythms(held), held.get("target", {}).get("share", ""), rows, places)
