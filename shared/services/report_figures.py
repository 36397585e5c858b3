"""The figures of one report: tables, amounts and rates, put together from what the cases say now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import figures, formulas, reports
from shared.domain.calendar import ONE_DAY
from shared.domain.errors import Refused
from shared.domain.periods import Period
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Report
from shared.models.report import ReportRow, ReportSetting, TierMember, TierNode
from shared.models.unit import Unit
from shared.services import report_counts
from shared.services.calendars import calendar
from shared.services.cases import zone
from shared.services.regimes import regime_of
from shared.services.report_counts import Scope

NAMES = {
    "投诉数": "received",
    "投诉总数": "received",
    "收到数": "received",
    "有效投诉数": "accepted",
    "受理数": "accepted",
    "不予受理数": "refused",
    "答复数": "answered",
    "办结数": "closed",
    "重新办理数": "reopened",
    "按期数": "met",
    "超期数": "late",
}
"""The names that a formula may use for what is counted here (R26.08); any other is asked for."""


def settings(session: Session, institution_id: int) -> dict[str, dict[str, Any]]:
    """What the institution has set for its reports."""
    rows = session.execute(
        select(ReportSetting.key, ReportSetting.value).where(ReportSetting.institution_id == institution_id)
    )
    return {key: value for key, value in rows}


def rhythms(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, reports.Rhythm]:
    """How often the reports are made that the rule book leaves open, by the report's code."""
    return {
        key.removeprefix("rhythm:"): reports.Rhythm(value["every"], value["days"])
        for key, value in kept.items()
        if key.startswith("rhythm:")
    }


def book_and_report(session: Session, row: ReportRow) -> tuple[Regime, Report]:
    """The rule book that the report is made under, and what it says of it."""
    book = regime_of(session, row.regime_version_id)
    report = reports.report_of(book, row.code)
    if report is None:
        raise Refused("no_such_case")  # a version never loses a report
    return book, report


def worked_out(session: Session, row: ReportRow, inputs: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """Every figure of the report, with the names that its lines have today."""
    book, report = book_and_report(session, row)
    here = zone(session, row.institution_id)
    asked = report_counts.scope(row.institution_id, here, book, Period(row.period_from, row.period_to), now, report.of)
    tables = {name: report_counts.count(session, name, asked) for name in report_counts.tables_of(report)}
    cells: dict[str, int | str | None] = {
        f"{table}/{key}": n for table, counts in tables.items() for key, n in sorted(counts.items())
    }
    amounts = report_counts.sums(session, asked, report.items)
    cells |= {f"amount/{code}": str(amount) for code, amount in amounts.items()}
    kept = settings(session, row.institution_id)
    shown: dict[str, Any] = {"cells": cells}
    shown["hot"] = _hot(session, row, report, asked, tables)
    shown["rates"] = _rates(book, tables.get("summary", {}), amounts, inputs)
    units = {int(key) for key in tables.get("unit", {}) if key}
    shown["names"] = {
        str(unit_id): name for unit_id, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units)))
    }
    shown["bases"] = {str(u): kept[f"base:{u}"]["n"] for u in sorted(units) if f"base:{u}" in kept}
    shown["target"] = kept.get("target", {}).get("share", "")
    shown["tree"] = _tree(session, row.institution_id, book, tables.get("unit", {}))
    return shown


def _hot(
    session: Session, row: ReportRow, report: Report, asked: Scope, tables: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """Where complaints have doubled since the period before (R19.04)."""
    table = next((name for name in ("category_unit", "category") if tables.get(name)), "")
    if not table:
        return []
    length = row.period_to - row.period_from + ONE_DAY
    before = reports.period(report, row.period_from - ONE_DAY, calendar(session))
    earlier = before or Period(row.period_from - length, row.period_from - ONE_DAY)
    then = report_counts.scope(
        row.institution_id, zone(session, row.institution_id), asked.book, earlier, asked.now, asked.of
    )
    found = figures.hot_spots(tables[table], report_counts.count(session, table, then))
    return [asdict(one) | {"table": table} for one in found]


def _rates(
    book: Regime, summary: Mapping[str, int], amounts: Mapping[str, Decimal], inputs: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rule book's rates; `asks` are the numbers that somebody has to give."""
    known = {name: Decimal(summary.get(code, 0)) for name, code in NAMES.items()}
    known |= {name: Decimal(text) for name, text in inputs.items()}
    found: list[dict[str, Any]] = []
    for rate in book.rates:
        line: dict[str, Any] = {"code": rate.code, "formula": rate.formula, "target": rate.target or "", "asks": []}
        if rate.code in report_counts.AMOUNTS:
            line |= {"kind": "amount", "value": str(amounts.get(rate.code, Decimal("0.00")))}
        elif formulas.computable(rate.formula):
            worth = formulas.value(rate.formula, known)
            line |= {"kind": "share", "value": None if worth is None else str(worth)}
            line["asks"] = [name for name in formulas.names(rate.formula) if name not in NAMES]
        else:
            line |= {"kind": "given", "value": inputs.get(rate.code), "asks": [rate.code]}
        found.append(line)
    return found


def asks(session: Session, row: ReportRow) -> list[str]:
    """The numbers that the rates of a report ask of whoever makes it."""
    book, _ = book_and_report(session, row)
    return list(dict.fromkeys(name for rate in _rates(book, {}, {}, {}) for name in rate["asks"]))


def _tree(session: Session, institution_id: int, book: Regime, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The sums over areas and groups, where the rule book has tiers and the institution has drawn them (R23.01)."""
    if not book.tiers:
        return []
    nodes = [
        figures.Node(n.id, n.tier, n.name, n.parent_id)
        for n in session.scalars(
            select(TierNode).where(TierNode.institution_id == institution_id).order_by(TierNode.id)
        )
    ]
    if not nodes:
        return []
    rows = session.execute(
        select(Unit.id, Unit.name, TierMember.node_id)
        .outerjoin(TierMember, TierMember.unit_id == Unit.id)
        .where(Unit.institution_id == institution_id, Unit.kind == "handling")
        .order_by(Unit.id)
    )
    units = {unit_id: (name, node_id) for unit_id, name, node_id in rows}
    return [asdict(one) for one in figures.roll_up(nodes, units, {int(k): n for k, n in counts.items() if k})]
