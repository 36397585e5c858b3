"""Requests for approval as pages show them: one with its levels, those of a case, those that wait for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from shared.db import reading
from shared.domain import approvals
from shared.domain.approvals import Chain, Standing, Verdict
from shared.domain.errors import Refused
from shared.domain.lifecycle import CASE_STEPS, Role, State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, may_see_case
from shared.models.approval import Approval, ApprovalLevel
from shared.models.case import Case
from shared.models.person import Person
from shared.services import absences, approval_guard, barrier
from shared.services.approvals import chain_of, may_decide, said_by
from shared.services.regimes import regime_of

SHOWN = 50
"""More than anybody has before them at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """A level as the page shows it: who it is for, and what was said there."""

    posts: list[str]
    name: str
    now: bool
    said: ApprovalLevel | None
    by: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A request with its levels in order."""

    row: Approval
    case: Case
    book: Regime
    laid_by: str
    steps: list[Step]
    verdicts: tuple[Verdict, ...]
    """What the reader may say now; none where it is not theirs."""
    in_office: bool

    @property
    def chain(self) -> Chain:
        """The chain as it was laid."""
        return chain_of(self.row)


def approval_view(approval_id: int, actor: Actor, now: dt.datetime) -> ApprovalView:
    """One request; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        query = select(Approval, Case, Person.name).join(Case, Case.id == Approval.case_id)
        query = query.outerjoin(Person, Person.id == Approval.laid_by)
        found = session.execute(query.where(Approval.id == approval_id, barrier.open_to(actor))).one_or_none()
        if found is None:
            raise Refused("no_such_case")
        row, case, name = found
        actor = absences.as_deputy(session, actor, now)
        view = _view(session, row, case, name or "", _said(session, Approval.id == approval_id), actor)
        if not may_see_case(actor, case.institution_id) and not _concerns(view, actor):
            raise Refused("no_such_case")
        return view


def of_case(case_id: int, actor: Actor) -> tuple[Case, list[ApprovalView]]:
    """Every request on a case, the newest first; raises Refused('no_such_case')."""
    with reading() as session:
        case = barrier.case_for(session, case_id, actor)
        said = _said(session, Approval.case_id == case_id)
        query = select(Approval, Person.name).outerjoin(Person, Person.id == Approval.laid_by)
        rows = session.execute(query.where(Approval.case_id == case_id).order_by(Approval.id.desc()))
        return case, [_view(session, row, case, name or "", said, actor) for row, name in rows]


def waiting_for(session: Session, actor: Actor, book: Regime, now: dt.datetime) -> list[tuple[Approval, Case]]:
    """The requests that the actor may decide now, the most urgent first."""
    if not (approvals.of_book(book) or book.triggers):
        return []
    actor = absences.as_deputy(session, actor, now)
    asked = (Approval.institution_id == actor.institution_id, Approval.state == str(Standing.ASKED))
    query = select(Approval, Case).join(Case, Case.id == Approval.case_id).where(*asked, barrier.open_to(actor))
    rows = [(row, case) for row, case in session.execute(query.order_by(Case.due_at, Approval.id).limit(1000))]
    said = _said(session, Approval.id.in_([row.id for row, _ in rows])) if rows else []
    return [(row, case) for row, case in rows if _verdicts(book, row, case, _of(row, said), actor)][:SHOWN]


STEPS = {
    "approve_opinion": ("opinion", frozenset({State.REVIEW})),
    "grant_extension": ("extension", CASE_STEPS["grant_extension"].frm),
}
"""Steps of the product's own for which a rule book may name a post, and the states in which they are taken."""


def not_in_post(case: Case, book: Regime, roles: frozenset[Role], actor: Actor, now: dt.datetime) -> list[str]:
    """The steps that are offered to the role and belong to another post (R9.13); asks nothing where none is named."""
    about = approval_guard.classes(case)
    near = [
        step
        for step, (of, states) in STEPS.items()
        if case.state in states and CASE_STEPS[step].roles & roles and not approvals.reviews(book, of, about, actor)
    ]
    if near:
        with reading() as session:
            actor = absences.as_deputy(session, actor, now)
    return [step for step in near if not approvals.reviews(book, STEPS[step][0], about, actor)]


Words = list[tuple[ApprovalLevel, str]]


def _said(session: Session, condition: object) -> Words:
    who = aliased(Person)
    query = select(ApprovalLevel, who.name).join(who, who.id == ApprovalLevel.by_id)
    query = query.join(Approval, Approval.id == ApprovalLevel.approval_id).where(condition)  # type: ignore[arg-type]
    return [(level, name) for level, name in session.execute(query.order_by(ApprovalLevel.id))]


def _of(row: Approval, said: Words) -> list[ApprovalLevel]:
    return [level for level, _ in said if level.approval_id == row.id]


def _verdicts(
    book: Regime, row: Approval, case: Case, levels: list[ApprovalLevel], actor: Actor
) -> tuple[Verdict, ...]:
    found = may_decide(book, row, levels, actor, [case.unit_id] if case.unit_id else [])
    if found is None or actor.person_id == row.laid_by or actor.person_id in {one.by_id for one in levels}:
        return ()
    return approvals.verdicts(chain_of(row), found[0])


def _view(session: Session, row: Approval, case: Case, laid_by: str, said: Words, actor: Actor) -> ApprovalView:
    book, levels, chain = regime_of(session, case.regime_version_id), _of(row, said), chain_of(row)
    open_now = approvals.waiting(chain, said_by(levels))
    names = {level.id: name for level, name in said}
    steps = []
    for n, one in enumerate(chain.levels):
        word = next((level for level in levels if level.level == n), None)
        posts = [book.name_of("roles", post) or post for post in one.roles]
        steps.append(Step(posts, one.name, n in open_now, word, names[word.id] if word else ""))
    verdicts = _verdicts(book, row, case, levels, actor)
    return ApprovalView(row, case, book, laid_by, steps, verdicts, actor.in_office)


def _concerns(view: ApprovalView, actor: Actor) -> bool:
    """Whether a unit's post stands in the chain while the unit holds the case: it sees the request, not the case."""
    if actor.institution_id != view.case.institution_id or not view.case.unit_id:
        return False
    posts = [post for level in view.chain.levels for post in level.roles]
    return bool(approvals.fits(view.book, posts, actor, [view.case.unit_id]))
