"""What could not be solved goes up to the next rung, with the reason; whoever has it there is told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import approvals
from shared.domain.errors import Refused, needs
from shared.domain.ladders import next_rung
from shared.domain.lifecycle import Role, State
from shared.domain.regimes import Regime
from shared.domain.regimes.handling import Rung
from shared.domain.visibility import SYSTEM, Actor
from shared.models.case import Case
from shared.models.escalation import Escalation
from shared.services import barrier, cases, outbox

SHOWN = 30


def rise(
    case_id: int, actor: Actor, now: dt.datetime, *, reason: str, rung: str = "", version: int | None = None
) -> None:
    """Sends a case up to the next rung, never past one; `rung` is the one that the person saw.

    Raises Refused('top_of_ladder'), Refused('stale') where it has gone up meanwhile, Refused('missing', field).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        book = cases.regime(session, case)
        needs(reason=reason)
        there = next_rung(book, _now(session, case))
        if there is None:
            raise Refused("top_of_ladder")
        if rung and rung != there.code:
            raise Refused("stale", version=case.version)
        _rise(session, case, actor, now, there, reason)


def rise_within(session: Session, case: Case, book: Regime, actor: Actor, now: dt.datetime, reason: str) -> None:
    """`rise` within a transaction that the caller commits; at the top nothing happens."""
    there = next_rung(book, _now(session, case))
    if there is not None:
        _rise(session, case, actor, now, there, reason)


def _now(session: Session, case: Case) -> str:
    here = _here(session, case)
    return here.rung if here else ""


def _here(session: Session, case: Case) -> Escalation | None:
    return session.scalar(select(Escalation).where(Escalation.case_id == case.id, Escalation.left_at.is_(None)))


def _rise(session: Session, case: Case, actor: Actor, now: dt.datetime, there: Rung, reason: str) -> None:
    here = _here(session, case)
    was = here.rung if here else ""
    if here is not None:
        here.left_at = now
    row = Escalation(institution_id=case.institution_id, case_id=case.id, was=was, rung=there.code, role=there.role)
    row.reason, row.by_id, row.at = reason.strip(), actor.person_id, now
    session.add(row)
    session.flush()
    role: Role | str = Role.SYSTEM if actor is SYSTEM else min(cases.roles(session, case, actor))
    for kind in there.records:
        cases.record(session, case, kind, actor, now, role=role)
        session.flush()
    facts = {"rung": there.code, "was_rung": was, **_limited(case, there)}
    if actor is SYSTEM:
        cases.record(session, case, "reported_up", actor, now, role=role, facts=facts)
    else:
        cases.act(session, case, "report_up", actor, now, facts=facts)
    outbox.owe_post(session, case, "reported_up", there.role, now)


def _limited(case: Case, there: Rung) -> dict[str, str]:
    """The class under which it is dealt with there, so that the rung's own limit runs (R15.04, R15.05)."""
    if not there.severity:
        return {}
    case.severity = there.severity
    return {"severity": there.severity, "category": case.category}


def lies_with(session: Session, actor: Actor, book: Regime) -> list[Case]:
    """The cases sent up to a rung of the actor's, most urgent first: open ones, and those sent up since the answer."""
    mine = [one.role for one in book.ladder if approvals.fits(book, [one.role], actor, ())]
    if not mine:
        return []
    here = (Escalation.institution_id == actor.institution_id, Escalation.role.in_(mine), Escalation.left_at.is_(None))
    waits = or_(Case.is_open, and_(Case.state == str(State.ANSWERED), Escalation.at >= Case.answered_at))
    query = select(Case).join(Escalation, Escalation.case_id == Case.id).where(*here, waits)
    return list(session.scalars(query.where(barrier.open_to(actor)).order_by(Case.due_at, Case.id).limit(SHOWN)))
