"""Limits are counted anew when the calendar changes: case by case in batches, each going on where the last one ended.

Nothing is lost when the process dies in the middle, and counting a case twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session, load_only

from shared.db import db, reading, work
from shared.domain.lifecycle import Role
from shared.domain.visibility import SYSTEM
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.recount import Recount
from shared.services import calendars, cases
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
        wanted = select(Case).options(load_only(*NEEDED)).where(STILL_OPEN, Case.id > after)
        found = list(session.scalars(wanted.order_by(Case.id).limit(BATCH)))
        ids = [case.id for case in found]
        events: defaultdict[int, list[Event]] = defaultdict(list)
        for event in session.scalars(select(Event).where(Event.case_id.in_(ids)).order_by(Event.case_id, Event.seq)):
            events[event.case_id].append(event)
        kept = _kept(session, ids)
        stale = [case.id for case in found if kept[case.id] != _now(session, case, events[case.id], now)]
        session.expunge_all()
    db.session.remove()
    return ids, stale


Stands = set[tuple[str, int | None, int, dt.date, bool]]
"""Which limits run, and until when: limit, slip, the event that started it, the due day, whether it is provisional."""


def _kept(session: Session, ids: list[int]) -> defaultdict[int, Stands]:
    row = ClockRow
    what = row.case_id, row.limit_id, row.slip_id, row.start_seq, row.due_day, row.provisional
    found: defaultdict[int, Stands] = defaultdict(set)
    query = select(*what).where(row.case_id.in_(ids), row.stopped_at.is_(None))
    for case_id, limit, slip, start, due, provisional in session.execute(query):
        found[case_id].add((limit, slip, start, due, provisional))
    return found


def _now(session: Session, case: Case, events: list[Event], now: dt.datetime) -> Stands:
    return {
        (one.limit.id, one.slip, one.start_seq, one.due_day, one.provisional)
        for one in cases.run_clocks(session, case, events, now)
        if one.stopped_at is None
    }


def _count(case_ids: list[int], now: dt.datetime) -> int:
    if not case_ids:
        return 0
    with work() as session:
        return sum(_recount(session, case_id, now) for case_id in case_ids)


def _recount(session: Session, case_id: int, now: dt.datetime) -> int:
    case = cases.lock(session, case_id)
    rows = session.scalars(select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.stopped_at.is_(None)))
    old = {row.id: row.due_day for row in rows}
    events = list(session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)))
    moved = [row for row in cases.keep_clocks(session, case, events, now) if row.id in old]
    for row in moved:
        facts = {"limit": row.limit_id, "was": old[row.id].isoformat(), "until": row.due_day.isoformat()}
        cases.record(session, case, "due_moved", SYSTEM, now, role=Role.SYSTEM, slip_id=row.slip_id, facts=facts)
        session.flush()
    return len(moved)
