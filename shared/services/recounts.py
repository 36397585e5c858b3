"""Limits are counted anew when the calendar changes: case by case in batches, each going on where the last one ended.

Nothing is lost when the process dies in the middle, and counting a case twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session, load_only

from shared.db import db, reading, work
from shared.domain.lifecycle import Role
from shared.domain.visibility import SYSTEM
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.recount import Recount
from shared.services import calendars, cases
from shared.services.cases import Known, Told
from shared.services.queries_queue import STILL_OPEN

BATCH = 500
AT_ONCE = 50
"""So many cases whose dates move share a transaction."""
SECONDS = 4.0
"""How long one turn may take: other duties of the scheduler wait meanwhile."""
NEEDED = (Case.institution_id, Case.regime_version_id, Case.upper_due)


def newest() -> Recount | None:
    """The last run, for whoever wants to know how far it is."""
    with reading() as session:
        return session.scalar(select(Recount).order_by(Recount.id.desc()).limit(1))


def go_on(now: dt.datetime, seconds: float = SECONDS) -> int:
    """Counts for so long; returns how many due dates have moved in this turn, each with an event."""
    until, moved = time.monotonic() + seconds, 0
    with reading() as session:
        run = session.execute(select(Recount.id, Recount.last_case).where(Recount.ended_at.is_(None))).one_or_none()
    if run is None:
        return 0
    calendars.forget()
    run_id, last = run
    while True:
        seen, stale = _batch(last, now)
        here = sum(_count(stale[n : n + AT_ONCE], now) for n in range(0, len(stale), AT_ONCE))
        moved, last = moved + here, seen[-1] if seen else last
        _keep(run_id, last, len(seen), here, now if len(seen) < BATCH else None)
        if len(seen) < BATCH or time.monotonic() > until:
            return moved


def _keep(run_id: int, last: int, seen: int, moved: int, ended: dt.datetime | None) -> None:
    told = {"last_case": last, "done": Recount.done + seen, "moved": Recount.moved + moved, "ended_at": ended}
    with work() as session:
        session.execute(update(Recount).where(Recount.id == run_id, Recount.ended_at.is_(None)).values(told))


def _batch(after: int, now: dt.datetime) -> tuple[list[int], list[int]]:
    """The next open cases, and those among them that don't stand as the calendar has it now."""
    with reading() as session:
        _hold_places(session)
        wanted = select(Case).options(load_only(*NEEDED)).where(STILL_OPEN, Case.id > after)
        found = list(session.scalars(wanted.order_by(Case.id).limit(BATCH)))
        ids = [case.id for case in found]
        stood, happened = _stood(session, ids), _happened(session, ids)
        stale = [case.id for case in found if stood[case.id] != _now(session, case, happened[case.id], now)]
        session.expunge_all()
    db.session.remove()
    return ids, stale


Stands = set[tuple[str, int | None, int, dt.date, bool]]
"""Which limits run, and until when: limit, slip, the event that started it, the due day, whether it is provisional."""


def _stood(session: Session, ids: list[int]) -> defaultdict[int, Stands]:
    row = ClockRow
    what = row.case_id, row.limit_id, row.slip_id, row.start_seq, row.due_day, row.provisional
    found: defaultdict[int, Stands] = defaultdict(set)
    query = select(*what).where(row.case_id.in_(ids), row.stopped_at.is_(None))
    for case_id, limit, slip, start, due, provisional in session.execute(query):
        found[case_id].add((limit, slip, start, due, provisional))
    return found


def _happened(session: Session, ids: list[int]) -> defaultdict[int, list[Told]]:
    """The events in columns: a run reads a million of them, and most cases stand as they should."""
    found: defaultdict[int, list[Told]] = defaultdict(list)
    told = select(Event.case_id, Event.seq, Event.kind, Event.at, Event.slip_id, Event.facts)
    for event in session.execute(told.where(Event.case_id.in_(ids)).order_by(Event.case_id, Event.seq)):
        found[event.case_id].append(cast(Told, event))
    return found


def _now(session: Session, case: Case, happened: list[Told], now: dt.datetime) -> Stands:
    return {
        (one.limit.id, one.slip, one.start_seq, one.due_day, one.provisional)
        for one in cases.run_clocks(session, case, happened, now)
        if one.stopped_at is None
    }


def _count(case_ids: list[int], now: dt.datetime) -> int:
    if not case_ids:
        return 0
    with work() as session:
        wanted = select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update()
        found = list(session.scalars(wanted.execution_options(populate_existing=True)))
        known = cases.known_of(session, case_ids)
        _hold_places(session)
        return sum(_recount(session, case, known[case.id], now) for case in found)


def _hold_places(session: Session) -> None:
    """Keeps the institutions in the session, which would ask for each case's time zone otherwise."""
    session.info["places"] = session.scalars(select(Institution)).all()


def _recount(session: Session, case: Case, known: Known, now: dt.datetime) -> int:
    old = {row: row.due_day for row in known.clocks if row.stopped_at is None}
    moved = [row for row in cases.keep_clocks(session, case, known, now) if row in old]
    for row in moved:
        facts = {"limit": row.limit_id, "was": old[row].isoformat(), "until": row.due_day.isoformat()}
        at = row.slip_id
        cases.record(session, case, "due_moved", SYSTEM, now, role=Role.SYSTEM, slip_id=at, facts=facts, known=known)
    return len(moved)
