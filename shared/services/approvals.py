"""Requests for approval: laid on a case, decided level by level, told to whoever comes next."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import approvals
from shared.domain.approvals import Chain, Level, Said, Standing, Verdict
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.visibility import SYSTEM, Actor
from shared.models.approval import Approval, ApprovalLevel
from shared.models.case import Case
from shared.services import absences, cases, outbox
from shared.services.approval_guard import classes, stands

STEPS = {Verdict.YES: "agree_approval", Verdict.UP: "pass_approval", Verdict.NO: "decline_approval"}


def lay(case_id: int, actor: Actor, now: dt.datetime, *, subject: str, text: str, version: int | None = None) -> int:
    """Lays something before whoever has to agree; returns the request's id.

    Raises Refused('missing', field), Refused('approval_open') while the same waits already.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        book = cases.regime(session, case)
        rule = approvals.rule_for(book, subject, classes(case))
        if rule is None:
            raise Refused("missing", field="subject")
        needs(text=text)
        if stands(session, case).get(subject) == Standing.ASKED:
            raise Refused("approval_open")
        return lay_within(session, case, actor, now, subject, approvals.chain_of(rule), text).id


def lay_within(
    session: Session,
    case: Case,
    actor: Actor,
    now: dt.datetime,
    subject: str,
    chain: Chain,
    text: str,
    cause: str = "",
) -> Approval:
    """`lay` within a transaction that the caller commits, with a chain that the caller has found."""
    row = Approval(institution_id=case.institution_id, case_id=case.id, round=case.round, subject=subject)
    row.way, row.levels = chain.way, [{"roles": list(one.roles), "name": one.name} for one in chain.levels]
    row.cause, row.text, row.state = cause, text.strip(), str(Standing.ASKED)
    row.laid_by, row.laid_at = actor.person_id, now
    session.add(row)
    session.flush()
    facts = {"approval": row.id, "subject": subject, "next": _next(row, [])}
    if actor is SYSTEM:
        cases.record(session, case, "approval_laid", actor, now, role=Role.SYSTEM, facts=facts)
    else:
        cases.act(session, case, "lay_approval", actor, now, facts=facts)
    _tell(session, case, row, [], now)
    return row


def decide(approval_id: int, actor: Actor, now: dt.datetime, *, verdict: str, comment: str = "") -> None:
    """One level agrees, hands it on, or sends it back; a level that isn't the next one can't be skipped.

    Raises Refused('no_such_case'), Refused('not_now') when it is over, Refused('not_yours') for another level,
    Refused('own_draft') for whoever laid it or has decided a level of it, Refused('missing', field).
    """
    with work() as session:
        row = session.get(Approval, approval_id)
        if row is None:
            raise Refused("no_such_case")
        case = cases.lock(session, row.case_id)
        session.refresh(row)
        cases.roles(session, case, actor, _units(case))
        levels, chain = _levels(session, row), chain_of(row)
        stands_in = absences.as_deputy(session, actor, now)
        level, post = _level(cases.regime(session, case), row, levels, stands_in, _units(case))
        if verdict not in set(approvals.verdicts(chain, level)):
            raise Refused("missing", field="verdict")
        if verdict != Verdict.YES:
            needs(comment=comment)
        said = ApprovalLevel(approval_id=row.id, case_id=case.id, level=level, role=post, verdict=verdict)
        said.comment, said.by_id, said.at = comment.strip(), actor.person_id or 0, now
        session.add(said)
        _settle(session, case, row, [*levels, said], actor, now)


def _settle(
    session: Session, case: Case, row: Approval, levels: list[ApprovalLevel], actor: Actor, now: dt.datetime
) -> None:
    """What the last word leads to: the next level, or the end."""
    last = levels[-1]
    row.state = str(approvals.standing(chain_of(row), said_by(levels)))
    row.decided_at = now if row.state != Standing.ASKED else None
    facts = {"approval": row.id, "subject": row.subject, "post": last.role, "stands": row.state}
    facts |= {"next": _next(row, levels)}
    cases.act(session, case, STEPS[Verdict(last.verdict)], actor, now, units=_units(case), facts=facts)
    if row.state == Standing.ASKED:
        _tell(session, case, row, levels, now)
    elif row.laid_by is not None:
        outbox.owe_person(session, case, "approval_decided", row.laid_by, now, facts={"approval": row.id})


def need_post(session: Session, case: Case, actor: Actor, now: dt.datetime, of: str, action: str) -> None:
    """Raises Refused('not_yours') where the rule book names another post for the product's own step (R9.13).

    Whoever stands in for that post may take it (R9.02).
    """
    book, about = cases.regime(session, case), classes(case)
    if approvals.reviews(book, of, about, actor):
        return
    if not approvals.reviews(book, of, about, absences.as_deputy(session, actor, now)):
        raise Refused("not_yours", action=action)


def chain_of(row: Approval) -> Chain:
    """The chain as it was when it was laid."""
    return Chain(tuple(Level(tuple(one["roles"]), one["name"]) for one in row.levels), row.way)


def said_by(levels: list[ApprovalLevel]) -> list[Said]:
    """What the levels said, in order."""
    return [(one.level, Verdict(one.verdict)) for one in levels]


def may_decide(
    book: Regime, row: Approval, levels: list[ApprovalLevel], actor: Actor, units: list[int]
) -> tuple[int, str] | None:
    """The level that is the actor's to decide now and the post it is decided in, None where none is."""
    chain = chain_of(row)
    for level in approvals.waiting(chain, said_by(levels)):
        post = approvals.fits(book, chain.levels[level].roles, actor, units)
        if post:
            return level, post
    return None


def _level(book: Regime, row: Approval, levels: list[ApprovalLevel], actor: Actor, units: list[int]) -> tuple[int, str]:
    if row.state != Standing.ASKED:
        raise Refused("not_now", action="agree_approval", state=row.state)
    found = may_decide(book, row, levels, actor, units)
    if found is None:
        raise Refused("not_yours" if actor.in_office else "no_such_case", action="agree_approval")
    if actor.person_id == row.laid_by or actor.person_id in {one.by_id for one in levels}:
        raise Refused("own_draft")
    return found


def _levels(session: Session, row: Approval) -> list[ApprovalLevel]:
    query = select(ApprovalLevel).where(ApprovalLevel.approval_id == row.id).order_by(ApprovalLevel.id)
    return list(session.scalars(query))


def _units(case: Case) -> list[int]:
    return [case.unit_id] if case.unit_id else []


def _next(row: Approval, levels: list[ApprovalLevel]) -> list[str]:
    """The posts that may decide now."""
    chain = chain_of(row)
    return [post for n in approvals.waiting(chain, said_by(levels)) for post in chain.levels[n].roles]


def _tell(session: Session, case: Case, row: Approval, levels: list[ApprovalLevel], now: dt.datetime) -> None:
    for post in _next(row, levels):
        outbox.owe_post(session, case, "approval_asked", post, now, facts={"approval": row.id})
