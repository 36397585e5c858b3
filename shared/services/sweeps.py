"""Periodic work: warnings, moved due dates, hardened codes, forgotten bells. Every sweep may run twice or late."""

from __future__ import annotations

import datetime as dt
from itertools import takewhile

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from shared import crypto
from shared.db import reading, work
from shared.domain.clocks import Clock
from shared.domain.lifecycle import Role
from shared.domain.notices import AUDIENCE_OF, owed
from shared.domain.throttle import FORGOTTEN_AFTER
from shared.domain.visibility import SYSTEM
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.outbox import OutboxRow
from shared.models.person import StaffSession
from shared.models.question import Question
from shared.models.throttle import Throttle
from shared.services import assessments, cases, decisions, silences, supervisions, watching

BATCH = 200
WEEK = dt.timedelta(days=7)


def watch_clocks(now: dt.datetime, limit: int = BATCH) -> int:
    """Tells whom the regime names of limits that end soon or have ended; returns how many cases were looked at."""
    with reading() as session:
        due = select(ClockRow.case_id).where(ClockRow.look_at <= now).order_by(ClockRow.look_at).limit(limit)
        found = list(dict.fromkeys(session.scalars(due)))
    for case_id in found:
        with work() as session:
            _look(session, cases.lock(session, case_id), now)
    return len(found)


def _look(session: Session, case: Case, now: dt.datetime) -> None:
    known = cases.known_of(session, [case.id])[case.id]
    if silences.decide(session, case, known.events, now):
        known = cases.known_of(session, [case.id])[case.id]
    rights = {r.id for r in cases.regime(session, case).limits if r.right}
    cases.keep_clocks(session, case, known, now)
    session.flush()
    rows = {(r.limit_id, r.slip_id, r.start_seq): r for r in known.clocks}
    for clock in cases.run_clocks(session, case, known.events, now):
        moment = _passed(clock, now)
        if moment is None or (clock.limit.id in rights and moment >= clock.due_at):
            continue  # R2.12: a right that has lapsed is nobody's delay
        row = rows[clock.limit.id, clock.slip, clock.start_seq]
        if moment.isoformat() not in row.told:
            row.told = [*row.told, moment.isoformat()]
            late = moment >= clock.due_at
            _owe(session, case, clock, "clock_overdue" if late else "clock_warning", now)
            if late:
                session.flush()
                assessments.by_fact(session, case, "overdue", now)
                supervisions.offer(session, case, clock.limit.id, now)


def _passed(clock: Clock, now: dt.datetime) -> dt.datetime | None:
    """The last moment at which somebody was to be told: each warning, the end, and every week after it."""
    if clock.stopped_at is not None or clock.paused_since is not None:
        return None
    if now >= clock.due_at:
        return clock.due_at + (now - clock.due_at) // WEEK * WEEK
    return max(takewhile(lambda moment: moment <= now, (when for _, when in clock.warnings)), default=None)


def _owe(session: Session, case: Case, clock: Clock, kind: str, now: dt.datetime) -> None:
    told = {AUDIENCE_OF[Role(role)] for role in clock.limit.tell}
    for notice in owed(kind):
        if notice.audience in told:
            session.add(
                OutboxRow(
                    institution_id=case.institution_id,
                    case_id=case.id,
                    slip_id=clock.slip,
                    notice=notice.code,
                    audience=str(notice.audience),
                    facts={"limit": clock.limit.id, "due": clock.due_day.isoformat()},
                    not_before=now,
                    created_at=now,
                )
            )


def lapse_questions(now: dt.datetime) -> int:
    """Ends the pause of clocks whose question has stayed unanswered past its day; other questions stay open."""
    with reading() as session:
        waiting = (
            select(Question.case_id, Question.due_day, Case.institution_id)
            .join(Case, Case.id == Question.case_id)
            .where(Question.pauses, Question.answered_at.is_(None), Question.lapsed_at.is_(None), Case.is_open)
        )
        found = [
            case_id
            for case_id, due_day, institution_id in session.execute(waiting)
            if due_day < now.astimezone(cases.zone(session, institution_id)).date()
        ]
    for case_id in found:
        decisions.lapse_question(case_id, SYSTEM, now)
    return len(found)


def forget_failures(now: dt.datetime) -> None:
    """Deletes counted sign-in failures that no longer cause a wait."""
    with work() as session:
        session.execute(delete(Throttle).where(Throttle.last_at < now - FORGOTTEN_AFTER))


def end_sessions(now: dt.datetime, idle_minutes: int) -> None:
    """Deletes staff sessions that have been idle for too long."""
    with work() as session:
        before = now - dt.timedelta(minutes=idle_minutes)
        watching.end_sessions(session, now, "idle", StaffSession.seen_at < before)


def harden_codes(newest: int | None = None, limit: int = BATCH) -> int:
    """Makes quick hashes of access codes slow ones, among the newest cases or all; returns how many."""
    with reading() as session:
        quick = select(Case.id, Case.access_hash).where(text("access_hash >= 'h'"))  # argon2id$ sorts before hmac$
        if newest is not None:
            last = session.scalar(select(func.max(Case.id))) or 0
            quick = quick.where(Case.id > last - newest)
        found = session.execute(quick.order_by(Case.id).limit(limit)).all()
        session.rollback()
    for case_id, stored in found:
        hardened = crypto.harden(stored)
        with work() as session:  # as a bare update: nobody's open form grows stale by it
            same = (Case.id == case_id, Case.access_hash == stored)
            session.execute(update(Case).where(*same).values(access_hash=hardened))
    return len(found)
