"""A round of a case: its rating, and the next one that begins where somebody is not content."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.follow_up import DISSATISFIED
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.rating import Rating
from shared.models.return_visit import ReturnVisit
from shared.services import assessments, cases


def rating_of(session: Session, case: Case) -> Rating | None:
    """The rating of this round, if it has one."""
    return session.scalar(select(Rating).where(Rating.case_id == case.id, Rating.round == case.round))


def keep_rating(
    session: Session,
    case: Case,
    row: Rating | None,
    now: dt.datetime,
    *,
    level: str = "",
    comment: str = "",
    rehandle: str = "",
    by: str,
) -> None:
    """Writes what was said into this round's rating; what follows from discontent follows with it (R24.08)."""
    if row is None:
        row = Rating(case_id=case.id, round=case.round, level="", comment="", rehandle="", by=by, at=now)
        session.add(row)
    row.level, row.comment = level or row.level, comment.strip() or row.comment
    row.rehandle, row.at = rehandle.strip() or row.rehandle, now
    if level in DISSATISFIED:
        session.flush()
        assessments.by_fact(session, case, "dissatisfied", now)


def begin_again(session: Session, case: Case, actor: Actor, now: dt.datetime, reason: str, by: str) -> None:
    """A new round begins with the office; a visit that is still owed for the old one is moot."""
    row = rating_of(session, case)
    cases.act(session, case, "rehandle", actor, now, facts={"round": case.round + 1})
    keep_rating(session, case, row, now, rehandle=reason, by=by)
    waiting = ReturnVisit.case_id == case.id, ReturnVisit.state == "owed"
    session.execute(update(ReturnVisit).where(*waiting).values(state="moot"))
    case.round += 1
    case.closed_at = None
