"""Reports in the demo: opened by the calendar, worked out and handed in on their day, as time went by."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast, Hours
from shared.demo.ledger import holder
from shared.demo.parts import Part
from shared.domain import reports as rules
from shared.domain.lifecycle import Role
from shared.domain.periods import Period
from shared.domain.regimes.records import Report
from shared.domain.visibility import Actor
from shared.models.report import ReportRow
from shared.services import report_calendar, report_figures, report_settings, reports

BACK, MORNING = dt.timedelta(days=62), dt.time(9, 20)
"""As far back as the oldest of these complaints; when a report is worked out."""
SAID = "比上期略多。重复出现的问题已经交有关单位整改，下期再看；其余的都在期限内办完。"
MINUTES = "逐件讨论了本期的投诉：同类问题由有关部门先自查，接待时先听完再解释；主办负责跟踪，下次会上报告。"
TAKERS = "各部门负责人"
ASKED = "1260"
"""What a rate asks of whoever makes the report: so many households."""
CUSTOMERS = (420, 260, 310)


def handed_in(cast: Cast, hours: Hours, now: dt.datetime) -> Part:
    """Every report that fell due since the first complaint; what is due later is left open."""
    at = _morning(hours, hours.next_day((now - BACK).astimezone(hours.zone).date()))
    yield at
    if not cast.regime.reports:
        return at
    _set(cast, at)
    while at < now:
        report_calendar.open_of(cast.institution_id, at)
        today = at.astimezone(hours.zone).date()
        for row in _waiting(cast):
            if row.due_day <= today:
                _hand_in(cast, row.id, at)
        at = _morning(hours, _next(cast, hours, today))
        yield at
    return at


def special(cast: Cast, hours: Hours, now: dt.datetime) -> Part:
    """One that no calendar calls for, because complaints gather (R4.05, R23.03)."""
    at = hours.office(now - dt.timedelta(days=12), 0, _rng(cast))
    yield at
    report = next((one for one in cast.regime.reports if one.due.kind == "on_event"), None)
    if report is None:
        return at
    today = at.astimezone(hours.zone).date()
    who, told = _maker(cast, report), Period(today - dt.timedelta(days=30), today)
    made = report_calendar.begin(who, at, code=report.code, told=told, due_day=hours.next_day(today, 3))
    at = hours.office(at, 2, _rng(cast))
    yield at
    _hand_in(cast, made, at)
    return at


def drafted(cast: Cast, now: dt.datetime) -> None:
    """The figures of what is due next have been worked out once; at the last report there was a meeting."""
    with reading() as session:
        own = ReportRow.institution_id == cast.institution_id
        done = session.scalars(select(ReportRow).where(own, ReportRow.state == "submitted").order_by(ReportRow.id))
        last = next((row for row in reversed(done.all()) if not rules.by_person(_report(cast, row.code))), None)
        session.rollback()
    if last is not None:
        who = _maker(cast, _report(cast, last.code))
        when = now - dt.timedelta(hours=3)
        reports.add_record(
            last.id, who, when, kind="meeting", day=when.date(), until=None, takers=TAKERS, conclusions=MINUTES
        )
    for row in _waiting(cast)[:1]:
        report = _report(cast, row.code)
        if not rules.by_person(report):
            at = now - dt.timedelta(minutes=40)
            reports.draft(row.id, _maker(cast, report), at, inputs=_inputs(row.id))


def _set(cast: Cast, at: dt.datetime) -> None:
    """What the head has settled: how often, how many customers there are, who is above whom."""
    head = holder(cast, frozenset({Role.CHIEF}))
    for report in cast.regime.reports:
        if report.due.kind == "set" and rules.rhythm_of(report, {}) is None:
            report_settings.set_rhythm(head, at, code=report.code, every="month", days=5)
    units = [unit for code, unit in cast.units.items() if code != "office"]
    for unit_id, n in zip(units, CUSTOMERS, strict=False):
        report_settings.set_base(head, at, unit_id=unit_id, n=n)
    above = None
    for tier in reversed(cast.regime.tiers[1:]):
        name = f"城东{tier.name}" if above else tier.name
        above = report_settings.add_place(head, at, tier=tier.code, name=name, parent_id=above)
    for unit_id in units if above else ():
        report_settings.put_under(head, at, unit_id=unit_id, node_id=above)


def _hand_in(cast: Cast, report_id: int, at: dt.datetime) -> None:
    with reading() as session:
        report = _report(cast, session.get_one(ReportRow, report_id).code)
        session.rollback()
    who = _maker(cast, report)
    if rules.by_person(report):
        reports.submit(report_id, who, at, remarks="" if report.due.kind == "daily" else MINUTES)
        return
    inputs = _inputs(report_id)
    reports.draft(report_id, who, at, remarks=SAID, inputs=inputs)
    reports.submit(report_id, who, at, remarks=SAID, inputs=inputs)


def _report(cast: Cast, code: str) -> Report:
    return next(one for one in cast.regime.reports if one.code == code)


def _maker(cast: Cast, report: Report) -> Actor:
    return holder(cast, rules.makers(cast.regime, report), report.by)


def _inputs(report_id: int) -> dict[str, str]:
    with reading() as session:
        asked = report_figures.asks(session, session.get_one(ReportRow, report_id))
        session.rollback()
    return dict.fromkeys(asked, ASKED)


def _waiting(cast: Cast) -> list[ReportRow]:
    """What is still to be handed in, soonest first."""
    own = ReportRow.institution_id == cast.institution_id, ReportRow.state != "submitted"
    with reading() as session:
        rows = list(session.scalars(select(ReportRow).where(*own).order_by(ReportRow.due_day, ReportRow.id)))
        session.expunge_all()
        session.rollback()
    return rows


def _next(cast: Cast, hours: Hours, today: dt.date) -> dt.date:
    """The day on which something falls due; every working day where something is read every day (R20.07)."""
    soon, later = hours.next_day(today), [row.due_day for row in _waiting(cast) if row.due_day > today]
    daily = any(one.due.kind == "daily" for one in cast.regime.reports)
    return soon if daily or not later else max(soon, min(later))


def _morning(hours: Hours, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, hours.zone).astimezone(dt.UTC)


def _rng(cast: Cast) -> random.Random:
    return random.Random(f"{cast.regime.code}:reports")  # noqa: S311  made-up lives, no secrets
