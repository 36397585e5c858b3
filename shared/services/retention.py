"""Retention: what has stayed as long as the privacy notice says is erased, unless a legal hold stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import privacy
from shared.domain.lifecycle import Role
from shared.domain.visibility import SYSTEM
from shared.files import Store
from shared.models.case import Case
from shared.models.erasure import Certificate, Erasure
from shared.models.institution import Institution
from shared.models.privacy import LegalHold
from shared.services import cases, counters, erasing, holds, privacy_notices

BATCH = 200
MARK = "retention:day"


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a case whose time has passed."""

    case_id: int
    register_no: str
    ended_on: dt.date
    parts: tuple[str, ...]
    held: bool


def due(institution_id: int, now: dt.datetime, *, limit: int = BATCH, after: int = 0) -> list[Due]:
    """What a run would erase now, and what a hold keeps from it, by the cases' numbers."""
    with reading() as session:
        return _due(session, institution_id, now, limit, after)


def run(now: dt.datetime, store: Store) -> int:
    """Erases what is due in every institution, each with its certificate; returns how many parts. May run twice."""
    with reading() as session:
        places = list(session.scalars(select(Institution.id).order_by(Institution.id)))
        session.rollback()
    done = sum(_run(place, now, store) for place in places)
    if done:
        erasing.settle()
    return done


def daily(now: dt.datetime, store: Store) -> int:
    """`run`, once a day."""
    today = now.date().toordinal()
    with reading() as session:
        places = list(session.scalars(select(Institution.id).order_by(Institution.id)))
        ran = {place: counters.values(session, place, MARK).get(MARK, 0) for place in places}
        session.rollback()
    if all(day >= today for day in ran.values()):
        return 0
    done = run(now, store)
    for place, day in ran.items():
        with work() as session:
            counters.add(session, place, {MARK: today - day})
    return done


def _run(institution_id: int, now: dt.datetime, store: Store) -> int:
    done, last, paper_id = 0, 0, None
    while found := due(institution_id, now, after=last):
        last = found[-1].case_id
        for one in (d for d in found if not d.held):
            with work() as session:
                paper_id = paper_id or erasing.certificate(session, institution_id, "retention", SYSTEM, now).id
                done += _erase(session, one, paper_id, now, store)
    return done


def _erase(session: Session, one: Due, paper_id: int, now: dt.datetime, store: Store) -> int:
    case = cases.lock(session, one.case_id)
    if case.is_open or holds.standing(session, case.id) is not None:
        return 0  # reopened or held since the list was made
    paper = session.get_one(Certificate, paper_id)
    return erasing.erase(session, case, one.parts, paper, SYSTEM, now, store, role=Role.SYSTEM)


def _due(session: Session, institution_id: int, now: dt.datetime, limit: int, after: int) -> list[Due]:
    notice = privacy_notices.current(session, institution_id).notice
    zone = ZoneInfo(session.get_one(Institution, institution_id).time_zone)
    today = now.astimezone(zone).date()
    shortest = min(notice.months.values())
    received = now - dt.timedelta(days=28 * shortest)
    over = [str(s) for s in erasing.OVER]
    done = select(Erasure.case_id).where(Erasure.case_id == Case.id, Erasure.part == "content")
    held = select(LegalHold.id).where(LegalHold.case_id == Case.id, LegalHold.lifted_at.is_(None))
    query = (
        select(Case.id, Case.register_no, erasing.ended_at(Case.id).correlate(Case).scalar_subquery(), held.exists())
        .where(Case.institution_id == institution_id, Case.id > after, Case.received_at < received)
        .where(Case.state.in_(over), ~done.exists())
        .order_by(Case.id)
    )
    gone = _gone(session, institution_id)
    found: list[Due] = []
    for case_id, register_no, ended, stays in session.execute(query):
        ended_on = (ended or now).astimezone(zone).date()
        parts = tuple(p for p in privacy.expired(notice, ended_on, today) if (case_id, p) not in gone)
        if parts:
            found.append(Due(case_id, register_no, ended_on, parts, stays))
        if len(found) == limit:
            break
    return found


def _gone(session: Session, institution_id: int) -> set[tuple[int, str]]:
    query = select(Erasure.case_id, Erasure.part).join(Case, Case.id == Erasure.case_id)
    return {(i, p) for i, p in session.execute(query.where(Case.institution_id == institution_id))}
