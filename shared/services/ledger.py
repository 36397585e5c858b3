"""The accountability ledger: a penalty is proposed on a case, approved level by level, or declined (J18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import ledger, sums
from shared.domain.errors import Refused, needs
from shared.domain.follow_up import DISSATISFIED
from shared.domain.ledger import PenaltyState, Standing
from shared.domain.lifecycle import Role
from shared.domain.notices import owed
from shared.domain.regimes import Regime
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.outbox import OutboxRow
from shared.models.penalty import Penalty, PenaltyYes
from shared.models.rating import Rating
from shared.services import cases, findings
from shared.services.recipients import AUDIENCE_OF
from shared.services.regimes import regime_of

GONE = (str(PenaltyState.DECLINED), str(PenaltyState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is to bear what by which rule, from which numbers, and why."""

    rule: str
    reason: str
    person_id: int | None = None
    unit_id: int | None = None
    item: str = ""
    basis: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger, locked, with what its rules are asked of."""

    row: Penalty
    case: Case | None
    book: Regime
    rule: PenaltyRule
    held: frozenset[Role]
    """The actor's roles on it."""


def propose(case_id: int, actor: Actor, now: dt.datetime, given: Proposal, *, version: int | None = None) -> int:
    """Writes a line into the ledger that waits for its approvals.

    Raises Refused('missing', field), Refused('not_yours'), Refused('own_matter'), Refused('no_ground') where what the
    rule asks for has not been found, Refused('fined_before'), and what `sums.work_out` raises.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        held = cases.roles(session, case, actor)
        book = cases.regime(session, case)
        rule = ledger.rule_of(book, given.rule)
        may = ledger.levels(book, rule)[0] & held
        if not may or rule.kind == "ranking":
            raise Refused("not_yours", action="propose_penalty")
        _whom(session, case, actor, rule, given)
        if not ledger.called_for(book, rule, standing(session, case, now)):
            raise Refused("no_ground", field="rule", on=rule.on)
        found = sums.work_out(rule, given.basis)
        row = Penalty(
            institution_id=case.institution_id,
            case_id=case.id,
            regime_version_id=case.regime_version_id,
            rule=rule.code,
            item=given.item,
            person_id=given.person_id or None,
            unit_id=given.unit_id or None,
            basis={name: str(given.basis[name]) for name in sums.asks(rule) if given.basis.get(name) is not None},
            amount=found.amount,
            formula=found.formula,
            state=str(PenaltyState.PROPOSED),
            reason=given.reason.strip(),
            proposed_by=actor.person_id or 0,
            proposed_at=now,
        )
        session.add(row)
        session.flush()
        cases.record(session, case, "penalty_proposed", actor, now, role=min(may), facts=facts(row))
        tell_next(session, row, book, rule, 1, now)
        return row.id


def _whom(session: Session, case: Case, actor: Actor, rule: PenaltyRule, given: Proposal) -> None:
    """Whom it is about and for what, and that it isn't the second time."""
    if not given.person_id and not given.unit_id:
        raise Refused("missing", field="person_id")
    if rule.items and given.item not in {one.code for one in rule.items}:
        raise Refused("missing", field="item")
    needs(reason=given.reason)
    findings.subject(session, case.institution_id, actor, person_id=given.person_id, unit_id=given.unit_id)
    same = select(func.count()).where(
        Penalty.case_id == case.id,
        Penalty.rule == rule.code,
        Penalty.item == given.item,
        Penalty.person_id == (given.person_id or None),
        Penalty.unit_id == (given.unit_id or None),
        Penalty.state.not_in(GONE),
    )
    if session.scalar(same):
        raise Refused("fined_before", field="person_id" if given.person_id else "unit_id")


def approve(penalty_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """One more level says yes; with the last the penalty may be told and paid (R13.12).

    Raises Refused('not_now'), Refused('not_yours'), Refused('own_draft') for whoever has had a say already.
    """
    with work() as session:
        line = lock(session, penalty_id, actor, "approve", version)
        row = line.row
        may, yeses = _next(session, line, actor)
        session.add(PenaltyYes(penalty_id=row.id, level=len(yeses) + 1, by_id=actor.person_id or 0, at=now))
        last = len(yeses) + 2 == len(ledger.posts(line.book, line.rule))
        if last:
            row.state = str(PenaltyState.APPROVED)
        else:
            tell_next(session, row, line.book, line.rule, len(yeses) + 2, now)
        note(session, line, "penalty_approved" if last else "penalty_agreed", actor, now, min(may))


def decline(penalty_id: int, actor: Actor, now: dt.datetime, *, comment: str, version: int | None = None) -> None:
    """The level whose turn it is says no, with a reason; the line stays in the ledger."""
    with work() as session:
        line = lock(session, penalty_id, actor, "decline", version)
        may, _ = _next(session, line, actor)
        if line.case is not None:
            needs(comment=comment)
            line.row.comment = comment.strip()
        line.row.state, line.row.declined_by = str(PenaltyState.DECLINED), actor.person_id
        note(session, line, "penalty_declined", actor, now, min(may))


def _next(session: Session, line: Line, actor: Actor) -> tuple[frozenset[Role], list[PenaltyYes]]:
    yeses = list(session.scalars(select(PenaltyYes).where(PenaltyYes.penalty_id == line.row.id)))
    may = ledger.turn(line.book, line.rule, len(yeses) + 1, actor, line.held)
    if not may:
        raise Refused("not_yours", action="approve_penalty")
    if actor.person_id in {line.row.proposed_by, *(one.by_id for one in yeses)}:
        raise Refused("own_draft")
    return may, yeses


def lock(session: Session, penalty_id: int, actor: Actor, step: str, version: int | None = None) -> Line:
    """The line for one of the office's steps; the case, where there is one, is locked before it.

    Raises Refused('no_such_case') where it isn't the actor's to know, Refused('stale'), Refused('not_now'),
    Refused('own_matter').
    """
    found = session.get(Penalty, penalty_id)
    if found is None or found.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    case = cases.lock(session, found.case_id) if found.case_id else None
    row = session.scalars(
        select(Penalty).where(Penalty.id == penalty_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    held = cases.roles(session, case, actor) if case else roles_on(actor, row.institution_id, ())
    if not held:
        raise Refused("no_such_case")
    if version is not None and version != row.version:
        raise Refused("stale", version=row.version)
    ledger.check(step, row.state)
    findings.apart(actor, person_id=row.person_id, unit_id=row.unit_id)
    book = regime_of(session, row.regime_version_id)
    return Line(row, case, book, ledger.rule_of(book, row.rule), held)


def standing(session: Session, case: Case, now: dt.datetime) -> Standing:
    """What is known of the case when somebody is to be held to account."""
    late = or_(ClockRow.stopped_at > ClockRow.due_at, (ClockRow.stopped_at.is_(None)) & (ClockRow.due_at <= now))
    bad = exists().where(Rating.case_id == case.id, Rating.level.in_(DISSATISFIED))
    events = frozenset(session.scalars(select(Event.kind).where(Event.case_id == case.id).distinct()))
    return Standing(
        findings=frozenset(f.code for f in findings.holding(findings.of_case(session, case.id))),
        events=events,
        overdue=bool(session.scalar(select(exists().where(ClockRow.case_id == case.id, late)))),
        dissatisfied="reopened" in events or bool(session.scalar(select(bad))),
    )


def facts(row: Penalty) -> dict[str, object]:
    """What the case's story says of a line: codes and numbers, nobody's name."""
    return {"penalty": row.id, "rule": row.rule, "amount": f"{row.amount:.2f}"}


def note(session: Session, line: Line, kind: str, actor: Actor, now: dt.datetime, role: Role) -> None:
    """Writes it into the story of the case, where there is one."""
    if line.case is not None:
        cases.record(session, line.case, kind, actor, now, role=role, facts=facts(line.row))


def tell_next(session: Session, row: Penalty, book: Regime, rule: PenaltyRule, level: int, now: dt.datetime) -> None:
    """Tells whoever says the word of this level that a line waits for it."""
    tell_roles(session, row, "penalty_waits", ledger.levels(book, rule)[level], now, ledger.posts(book, rule)[level])


def tell_roles(
    session: Session, row: Penalty, notice: str, roles: frozenset[Role], now: dt.datetime, post: str = ""
) -> None:
    """Tells whoever has one of these roles (in this post) that a line waits; the letter says nothing but that."""
    heard = {AUDIENCE_OF[role] for role in roles if role in AUDIENCE_OF}
    for one in owed(BY_NOTICE[notice]):
        if one.audience in heard:
            letter = _letter(row, notice, str(one.audience), now)
            letter.facts = {"post": post} if post else {}
            session.add(letter)


BY_NOTICE = {"penalty_waits": "penalty_proposed", "penalty_appealed": "penalty_appealed"}


def tell_people(session: Session, row: Penalty, notice: str, people: list[int], now: dt.datetime) -> None:
    """Tells whom it concerns; the letter says nothing but that there is something to read after sign-in."""
    for person_id in people:
        letter = _letter(row, notice, "person", now)
        letter.facts = {"person": person_id}
        session.add(letter)


def _letter(row: Penalty, notice: str, audience: str, now: dt.datetime) -> OutboxRow:
    return OutboxRow(
        institution_id=row.institution_id, notice=notice, audience=audience, not_before=now, created_at=now
    )
