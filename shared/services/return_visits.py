"""Return visits: owed when a case is closed, made by phone or at the door, or tried in vain (R7.05, R9.14, R12.05)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import follow_up
from shared.domain.errors import Refused
from shared.domain.follow_up import MOST_TRIES, Heard
from shared.domain.lifecycle import Role
from shared.domain.regimes.citizen import Visit
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.return_visit import ReturnVisit
from shared.services import cases, rounds
from shared.services.calendars import calendar


def owe(session: Session, case: Case, now: dt.datetime) -> None:
    """A closed case is to be visited, where the rule book says so and there is somebody to visit.

    A good rating on the own page is the visit's answer where the rule book lets it be.
    """
    rule = follow_up.visit_rule(cases.regime(session, case))
    known = session.scalar(select(Complainant.case_id).where(Complainant.case_id == case.id)) is not None
    if rule is None or _row(session, case) is not None or not known:
        return
    if not follow_up.owed(rule, _closed(session, case) if rule.share else 1):
        return
    row = _new(session, case, now)
    rating = rounds.rating_of(session, case)
    if rating is not None and rating.by == "citizen":
        _answered_online(row, rule, rating.level, now)


def rated_online(session: Session, case: Case, level: str, now: dt.datetime) -> None:
    """The citizen rates while a visit is owed: nobody need ask again."""
    rule, row = follow_up.visit_rule(cases.regime(session, case)), _row(session, case)
    if rule is not None and row is not None and row.state == "owed":
        _answered_online(row, rule, level, now)


def must_be_made(session: Session, case: Case, actor: Actor) -> None:
    """Raises Refused('visit_owed') while somebody still has to be asked; what time alone does goes on."""
    row = _row(session, case)
    if row is not None and row.state == "owed" and actor.as_role is not Role.SYSTEM:
        raise Refused("visit_owed")


def record(case_id: int, actor: Actor, now: dt.datetime, heard: Heard, *, version: int | None = None) -> bool:
    """What the complainant said; returns whether the case was opened again.

    Raises Refused('no_visits') where the rule book has none, Refused('visited_before'), Refused('missing', field).
    """
    with work() as session:
        case, rule, row = _open(session, case_id, now, version)
        follow_up.check_heard(rule, heard)
        facts = {"way": heard.way, "level": heard.level, "round": case.round}
        cases.act(session, case, "visit", actor, now, facts=facts)
        row.state, row.way, row.level, row.still = "done", heard.way, heard.level, heard.still
        row.scores, row.comment = dict(heard.scores), heard.comment.strip()
        row.by_id, row.done_at = actor.person_id, now
        rating = rounds.rating_of(session, case)
        if rating is None or not rating.level:
            rounds.keep_rating(session, case, rating, now, level=heard.level, by="visit")
        row.reopened = heard.dissatisfied and rule.reopens
        if row.reopened:
            session.flush()
            rounds.begin_again(session, case, actor, now, heard.comment, "visit")
        return row.reopened


def miss(case_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> int:
    """Nobody was reached; returns how often by now. After the third time no visit is owed any more."""
    with work() as session:
        case, _rule, row = _open(session, case_id, now, version)
        cases.act(session, case, "miss_visit", actor, now, facts={"round": case.round, "tries": row.tries + 1})
        row.tries, row.by_id = row.tries + 1, actor.person_id
        row.due_day = follow_up.planned_on(calendar(session), _today(session, case, now), row.tries)
        if row.tries >= MOST_TRIES:
            row.state, row.done_at = "missed", now
        return row.tries


def _open(session: Session, case_id: int, now: dt.datetime, version: int | None) -> tuple[Case, Visit, ReturnVisit]:
    case = cases.lock(session, case_id, version)
    rule, row = follow_up.visit_rule(cases.regime(session, case)), _row(session, case)
    if rule is None:
        raise Refused("no_visits")
    if row is not None and row.state == "done":
        raise Refused("visited_before")
    return case, rule, row or _new(session, case, now)


def _answered_online(row: ReturnVisit, rule: Visit, level: str, now: dt.datetime) -> None:
    if "online" in rule.ways and level in follow_up.CONTENT:
        row.state, row.way, row.level, row.done_at = "done", "online", level, now


def _new(session: Session, case: Case, now: dt.datetime) -> ReturnVisit:
    row = ReturnVisit(
        institution_id=case.institution_id,
        case_id=case.id,
        round=case.round,
        state="owed",
        due_day=follow_up.planned_on(calendar(session), _today(session, case, now)),
        tries=0,
        created_at=now,
    )
    session.add(row)
    return row


def _row(session: Session, case: Case) -> ReturnVisit | None:
    query = select(ReturnVisit).where(ReturnVisit.case_id == case.id, ReturnVisit.round == case.round)
    return session.scalar(query)


def _closed(session: Session, case: Case) -> int:
    """The how-many-th closed case of the institution this one is."""
    ended = Case.institution_id == case.institution_id, Case.closed_at.is_not(None), Case.id != case.id
    return (session.scalar(select(func.count(Case.id)).where(*ended)) or 0) + 1


def _today(session: Session, case: Case, now: dt.datetime) -> dt.date:
    return now.astimezone(cases.zone(session, case.institution_id)).date()
