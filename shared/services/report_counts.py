"""What the figures of reports are counted from: for each figure the cases behind it, counted by the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select, union
from sqlalchemy.orm import Session

from shared.domain.calendar import ONE_DAY
from shared.domain.lifecycle import Route, SlipState
from shared.domain.mornings import midnight
from shared.domain.periods import Period
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Report
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.case_result import CaseResult
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.finding import Finding
from shared.models.rating import Rating
from shared.models.slip import Slip
from shared.services import results

GONE = [str(state) for state in (SlipState.RETURNED, SlipState.WITHDRAWN, SlipState.CANCELLED)]
HAPPENED: dict[str, tuple[str, ...]] = {
    "accepted": ("accepted",),
    "refused": ("refused",),
    "referred": ("referred",),
    "withdrawn": ("withdrawn",),
    "answered": ("answered", "answered_directly"),
    "closed": ("closed",),
    "reopened": ("reopened",),
}
"""Lines of the summary that are counted from what happened in the period, by the line's code."""
SUMMARY = ("received", "not_complaints", *HAPPENED, "met", "late")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: whose cases, under which rule book, from when to when, by which day they count."""

    institution_id: int
    book: Regime
    first: dt.datetime
    end: dt.datetime
    now: dt.datetime
    """When it is counted: a limit that ends later isn't missed yet."""
    of: str = "received"

    def within(self, moment: Any) -> ColumnElement[bool]:
        """The condition that it happened in these days."""
        return and_(moment >= self.first, moment < self.end)


Question = Select[int, Any]
"""Of each case that counts: `case_id` and `key`, the line it counts in."""


def scope(
    institution_id: int, here: ZoneInfo, book: Regime, told: Period, now: dt.datetime, of: str = "received"
) -> Scope:
    """The period in the institution's own days."""
    return Scope(institution_id, book, midnight(told.first, here), midnight(told.last + ONE_DAY, here), now, of)


def only_recorded(book: Regime) -> set[str]:
    """Codes of categories, and grounds of refusal, under which something is registered and is no complaint (R23.03)."""
    return {c.code for c in book.categories if not c.scope} | {w.inside for w in book.windows if w.inside}


def recorded(asked: Scope) -> ColumnElement[bool]:
    """The condition that a case is on record and no complaint."""
    codes = sorted(only_recorded(asked.book))
    refused = select(Event.case_id).where(
        Event.case_id == Case.id, Event.kind == "refused", Event.facts["ground"].as_string().in_(codes)
    )
    return or_(Case.category.in_(codes), refused.exists())


def complaints(asked: Scope) -> list[ColumnElement[bool]]:
    """The conditions of the cases that a report tells of, what is merely recorded left out."""
    own = [Case.institution_id == asked.institution_id]
    if only_recorded(asked.book):
        own.append(~recorded(asked))
    if asked.of == "closed":
        closed = select(Event.case_id).where(Event.kind == "closed", asked.within(Event.at))
        return [*own, Case.id.in_(closed)]
    return [*own, asked.within(Case.received_at)]


def _by(column: Any) -> Callable[[Scope], Question]:
    def question(asked: Scope) -> Question:
        return select(Case.id.label("case_id"), column.label("key")).where(*complaints(asked))

    return question


def _by_unit(asked: Scope) -> Question:
    """Whose business it is: the units that have it in hand; where the office itself looks into it, whom it is about."""
    if Route.TRANSFER in asked.book.routes:
        rows: Select[int, Any] = select(Slip.case_id.label("case_id"), Slip.unit_id.label("unit_id")).where(
            Slip.state.not_in(GONE)
        )
    else:
        rows = select(CaseBar.case_id.label("case_id"), CaseBar.unit_id.label("unit_id")).where(
            CaseBar.named, CaseBar.unit_id.is_not(None)
        )
    whose = rows.distinct().subquery()
    return (
        select(Case.id.label("case_id"), cast(whose.c.unit_id, String).label("key"))
        .join(whose, whose.c.case_id == Case.id)
        .where(*complaints(asked), *_spared(asked))
    )


def _found(asked: Scope) -> Question:
    """R24.03: what was found about a case; the last finding about somebody holds."""
    last = select(func.max(Finding.id)).group_by(Finding.case_id, Finding.unit_id, Finding.person_id)
    query = select(Case.id.label("case_id"), Finding.code.label("key")).join(Finding, Finding.case_id == Case.id)
    return query.where(*complaints(asked), Finding.id.in_(last))


def _spared(asked: Scope) -> list[ColumnElement[bool]]:
    """R24.07: what was found to be malicious counts for no unit."""
    codes = [one.code for one in asked.book.attributions if not one.counts]
    if not codes:
        return []
    last = select(func.max(Finding.id)).group_by(Finding.case_id, Finding.unit_id, Finding.person_id)
    return [Case.id.not_in(select(Finding.case_id).where(Finding.id.in_(last), Finding.code.in_(codes)))]


def _by_both(asked: Scope) -> Question:
    """W3.01: where kind and place meet."""
    units = _by_unit(asked).subquery()
    key = Case.category + "|" + units.c.key
    return select(Case.id.label("case_id"), key.label("key")).join(units, units.c.case_id == Case.id)


def _by_level(asked: Scope) -> Question:
    """The ratings given in these days."""
    return (
        select(Case.id.label("case_id"), Rating.level.label("key"))
        .join(Rating, Rating.case_id == Case.id)
        .where(Case.institution_id == asked.institution_id, asked.within(Rating.at), Rating.level != "")
    )


def _summary(asked: Scope) -> Question:
    """What came in and what became of it, each case once in a line."""
    own = Case.institution_id == asked.institution_id
    parts: list[Question] = []

    def line(code: str, *where: ColumnElement[bool]) -> None:
        parts.append(select(Case.id.label("case_id"), literal(code, String()).label("key")).where(own, *where))

    line("received", *complaints(replace(asked, of="received")))
    if only_recorded(asked.book):
        line("not_complaints", asked.within(Case.received_at), recorded(asked))
    for code, kinds in HAPPENED.items():
        when = select(Event.case_id).where(Event.kind.in_(kinds), asked.within(Event.at))
        line(code, Case.id.in_(when))
    limits = asked.book.extension.limits
    kept = ClockRow.stopped_at <= ClockRow.due_at
    unpaused = or_(ClockRow.paused_since.is_(None), ClockRow.paused_since >= ClockRow.due_at)
    over = or_(ClockRow.stopped_at > ClockRow.due_at, and_(ClockRow.stopped_at.is_(None), unpaused))
    met, late = (
        and_(asked.within(ClockRow.stopped_at), kept),
        and_(asked.within(ClockRow.due_at), ClockRow.due_at < asked.now, over),
    )
    for code, when_met in (("met", met), ("late", late)):
        line(code, Case.id.in_(select(ClockRow.case_id).where(ClockRow.limit_id.in_(limits), when_met)))
    whole = union(*parts).subquery()
    return select(whole.c.case_id, whole.c.key)


def _touched(asked: Scope) -> Question:
    happened = select(Event.case_id).where(asked.within(Event.at))
    key = literal("touched", String()).label("key")
    return select(Case.id.label("case_id"), key).where(
        Case.institution_id == asked.institution_id, Case.id.in_(happened)
    )


TABLES: dict[str, Callable[[Scope], Question]] = {
    "summary": _summary,
    "category": _by(Case.category),
    "severity": _by(Case.severity),
    "channel": _by(Case.channel),
    "unit": _by_unit,
    "attribution": _found,
    "category_unit": _by_both,
    "satisfaction": _by_level,
    "touched": _touched,
}
"""Every table that a report may hold, by the rule book's word for it."""


def tables_of(report: Report) -> list[str]:
    """The tables of a report, in order: the summary, what its rule book names, and where kind and place meet.

    R20.07: what is read every day is whatever has happened that day.
    """
    if not report.items:
        return ["touched"] if report.due.kind == "daily" else []
    named = [item for item in report.items if item in TABLES]
    both = ["category_unit"] if {"category", "unit"} <= set(named) else []
    return ["summary", *named, *both]


def left_over(report: Report) -> list[str]:
    """What the rule book asks for that is in no table: whoever makes the report writes it."""
    return [item for item in report.items if item not in TABLES and item not in AMOUNTS]


Amount = Callable[[Scope], Select[int, Any]]


def _came_back(asked: Scope) -> Select[int, Any]:
    """What came back to complainants, of each case as it was recorded last (W2.01, R9.15, R11.02)."""
    return results.amounts(asked.institution_id).where(*complaints(asked))


AMOUNTS: dict[str, Amount] = {"recovered": _came_back, "refunded": _came_back, "refunds": _came_back}
"""By the rule book's word: `case_id` and `amount` of every case that has one."""


def sums(session: Session, asked: Scope, items: list[str]) -> dict[str, Decimal]:
    """The sum of each kind of money that the report names, added up by the database (W2.01, R9, R11)."""
    found: dict[str, Decimal] = {}
    for code in items:
        if code in AMOUNTS:
            rows = AMOUNTS[code](asked).subquery()
            total = session.scalar(select(func.sum(rows.c.amount, type_=CaseResult.amount.type)))
            found[code] = Decimal(total or 0).quantize(Decimal("0.01"))
    return found


def count(session: Session, table: str, asked: Scope) -> Mapping[str, int]:
    """How many cases stand in each line of a table, counted by the database."""
    rows = TABLES[table](asked).subquery()
    query = select(rows.c.key, func.count(rows.c.case_id.distinct())).group_by(rows.c.key)
    return {str(key or ""): n for key, n in session.execute(query)}


def behind(table: str, key: str, asked: Scope) -> Select[Any]:
    """The numbers of the cases behind one figure; `key` '' stands for all of the table."""
    rows = TABLES[table](asked).subquery()
    query = select(rows.c.case_id)
    return query.where(func.coalesce(rows.c.key, "") == key) if key != "*" else query
