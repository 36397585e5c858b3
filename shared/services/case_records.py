"""Keeping a record beside a case: who was heard, what was looked at, what was agreed, who was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import case_records
from shared.domain.case_records import KINDS, Entry
from shared.domain.errors import Refused
from shared.domain.lifecycle import OPEN, Role, State
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import TimeWindow
from shared.domain.visibility import Actor
from shared.files import Kept
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.case_record import CaseRecord
from shared.models.person import Person
from shared.models.unit import Unit
from shared.services import barrier, case_files, cases


def keep(
    case_id: int, actor: Actor, now: dt.datetime, entry: Entry, kept: Sequence[Kept] = (), *, version: int | None = None
) -> int:
    """Keeps a record with its files and adds its event; returns its id.

    Raises Refused('no_such_case') for a kind that the rule book doesn't call for, Refused('unit_barred') for a unit
    that the complaint is about, Refused('past_day') for a day agreed that is over, and as `domain.case_records.check`.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        held = cases.roles(session, case, actor)
        book = cases.regime(session, case)
        rule = case_records.rule_of(book, entry.kind, case.channel)
        running = State(case.state) in OPEN
        if State(case.state) is State.ARCHIVED:
            raise Refused("not_now", action="keep_record")
        event = case_records.check(entry, held, now, files=len(kept), running=running)
        _units(session, case, entry)
        facts = {"kind": entry.kind, **({"result": entry.result} if entry.result else {})}
        if entry.kind == "by_date":
            window = next(one for one in book.windows if one.code == rule.window)
            event, more = _judge(session, case, actor, now, window, entry)
            facts |= more
        elif entry.day is not None:
            if entry.day < now.astimezone(cases.zone(session, case.institution_id)).date():
                raise Refused("past_day", field="day")
            facts["until"] = entry.day.isoformat()
        row = _row(session, case, actor, now, entry, facts, kept)
        role = min(KINDS[entry.kind].roles & held)
        told = {"record": row.id, **{k: v for k, v in facts.items() if k != "units"}}
        cases.record(session, case, event, actor, now, role=role, facts=told)
        return row.id


def _row(
    session: Session,
    case: Case,
    actor: Actor,
    now: dt.datetime,
    entry: Entry,
    facts: dict[str, Any],
    kept: Sequence[Kept],
) -> CaseRecord:
    files = [case_files.row_of(case, actor, now, one, "staff", for_unit=False) for one in kept]
    session.add_all(files)
    session.flush()
    row = CaseRecord(
        case_id=case.id,
        kind=entry.kind,
        result=entry.result,
        text=entry.text.strip(),
        partner=entry.partner.strip(),
        facts=facts | ({"units": sorted(set(entry.units))} if entry.units else {}),
        files=[file.id for file in files],
        day=entry.day,
        done_at=entry.at or now,
        by_id=actor.person_id or 0,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def _units(session: Session, case: Case, entry: Entry) -> None:
    """Who took part is of this institution, and not whom the complaint is about (R4.06)."""
    if not entry.units:
        return
    own = select(Unit.id).where(Unit.institution_id == case.institution_id, Unit.id.in_(set(entry.units)))
    if set(session.scalars(own)) != set(entry.units):
        raise Refused("no_such_unit", field="units")
    if set(entry.units) & barrier.of(session, case.id).units:
        raise Refused("unit_barred", field="units")


def _judge(
    session: Session, case: Case, actor: Actor, now: dt.datetime, window: TimeWindow, entry: Entry
) -> tuple[str, dict[str, Any]]:
    """What follows from the date on the day the complaint came in: another category, or who does it."""
    day = entry.day
    if day is None:
        raise Refused("missing", field="day")
    on = case.received_at.astimezone(cases.zone(session, case.institution_id)).date()
    if day.year < 1900:
        raise Refused("bad_day", field="day")
    to = case_records.judged(window, day, on)
    facts: dict[str, Any] = {"window": window.code, "to": to}
    if to not in {one.code for one in cases.regime(session, case).categories}:
        return "unit_assigned", facts  # R15.06
    if case.category != to:
        case.category = to
        cases.act(session, case, "classify", actor, now, facts={"category": to, "severity": case.severity})
        session.flush()
    return "judged_by_date", facts  # R23.03


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as its page shows it."""

    row: CaseRecord
    by: str
    files: list[Attachment]
    units: list[str]


@dataclass(frozen=True, slots=True)
class RecordBook:
    """Everything that was kept beside a case, oldest first, and who may take part in more."""

    shown: list[Shown]
    missing: list[tuple[str, str]]
    units: dict[int, str]


def book_of(case: Case, regime: Regime) -> RecordBook:
    """The records of a case that the reader may see."""
    with reading() as session:
        query = select(CaseRecord, Person.name).join(Person, Person.id == CaseRecord.by_id)
        rows = session.execute(query.where(CaseRecord.case_id == case.id).order_by(CaseRecord.id)).all()
        barred = barrier.of(session, case.id).units
        names = select(Unit.id, Unit.name, Unit.kind).where(Unit.institution_id == case.institution_id)
        units = {i: (name, kind) for i, name, kind in session.execute(names.order_by(Unit.id))}
        files = {
            file.id: file for file in session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
        }
        shown = [
            Shown(
                row,
                by,
                [files[n] for n in row.files if n in files],
                [units[n][0] for n in row.facts.get("units", []) if n in units],
            )
            for row, by in rows
        ]
        kept = [(row.kind, row.result) for row, _ in rows]
        offered = {i: name for i, (name, kind) in units.items() if i not in barred and kind != "office"}
        return RecordBook(shown, case_records.still_missing(regime, case.channel, kept), offered)


def offered(regime: Regime, case: Case, roles: frozenset[Role]) -> list[tuple[str, str]]:
    """Kind and the rule book's own name of every record that may be kept here and now."""
    running = State(case.state) in OPEN
    if State(case.state) is State.ARCHIVED:
        return []
    return [
        (rule.kind, rule.name)
        for rule in case_records.called_for(regime, case.channel)
        if KINDS[rule.kind].roles & roles and (running or KINDS[rule.kind].until_archived)
    ]
