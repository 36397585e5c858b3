"""The heaps of the office: what waits for its steps, its words, its yes, and what it keeps an eye on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from shared.domain import approvals
from shared.domain.lifecycle import CASE_STEPS, WITH_OFFICE, Role, SlipState, State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, at_home, may_see
from shared.models.case import Case
from shared.models.common_issue import CommonIssue
from shared.models.extension import Extension
from shared.models.privacy import PrivacyRequest
from shared.models.slip import CoHandling, Slip
from shared.models.transfer_request import TransferRequest
from shared.models.unseal_request import UnsealRequest
from shared.services import absences, barrier, officer_keys, queries_notices, queries_owed, tracks, unattended
from shared.services.queries_heaps import SHOWN, Heap, Task, of_cases, of_slips
from shared.services.queries_queue import NOT_HELD, STILL_OPEN, day_end

CASE_HEAPS: list[tuple[str, frozenset[Role], tuple[State, ...]]] = [
    ("accept", frozenset({Role.INTAKE}), (State.RECEIVED,)),
    ("feed_back", frozenset({Role.INTAKE}), (State.REPLIED,)),
    ("transfer", frozenset({Role.DISPATCHER}), (State.ACCEPTED, State.REOPENED)),
    ("assign", frozenset({Role.INTAKE, Role.CHIEF}), (State.ACCEPTED, State.REOPENED)),
    ("approve_opinion", frozenset({Role.GOV_LEADER}), (State.REVIEW,)),
    ("investigate", frozenset({Role.INVESTIGATOR}), (State.HANDLING,)),
    ("close", frozenset({Role.INTAKE}), (State.ANSWERED,)),
    ("archive", frozenset({Role.ARCHIVIST}), (State.CLOSED, State.REFUSED, State.REFERRED, State.WITHDRAWN)),
]
ROUTE_OF = {"transfer": "transfer", "assign": "investigate"}
"""Heaps of steps that only one way of dealing with a case has."""


def office(session: Session, actor: Actor, now: dt.datetime, book: Regime) -> list[Heap]:
    """Everything that waits for somebody of the office; first what a colleague waits for, to make a call."""
    own = and_(Case.institution_id == actor.institution_id, barrier.open_to(actor))
    return [
        *_asked(session, actor, own),
        *_to_sign(session, actor, own),
        of_cases(session, "overdue", own, STILL_OPEN, Case.due_at < now, view="overdue"),
        of_cases(session, "today", own, STILL_OPEN, Case.due_at.between(now, day_end(actor, now)), view="today"),
        *_steps(session, actor, now, own, book),
        *_leading(session, actor, now, own, book),
        _reports(session, actor, now),
        *_watched(session, actor, now, own, book),
        *_privacy(session, actor, own),
    ]


def _steps(session: Session, actor: Actor, now: dt.datetime, own: ColumnElement[bool], book: Regime) -> Iterator[Heap]:
    """Cases that wait for a step of the office."""
    routes = [str(route) for route in book.routes]
    for code, roles, states in CASE_HEAPS:
        if not roles & actor.roles or ROUTE_OF.get(code, routes[0]) not in routes:
            continue
        conditions: list[ColumnElement[bool]] = [own, NOT_HELD, Case.state.in_([str(s) for s in states])]
        if code == "investigate":
            whose = [actor.person_id, *absences.stands_in_for(session, actor, now)]  # R9.02: a deputy sees the work
            conditions.append(Case.handler_id.in_(whose))
        if code == "approve_opinion":
            conditions.append(_reviewed(book, "opinion", absences.as_deputy(session, actor, now)))
        yield of_cases(session, code, *conditions, view=str(states[0]))


def _reviewed(book: Regime, of: str, actor: Actor) -> ColumnElement[bool]:
    """The condition that a case is of a class that the actor's post decides on (R9.13)."""
    named = sorted({one.when for one in book.approvals if one.of == of and one.when})
    mine = [when for when in named if approvals.reviews(book, of, {when}, actor)]
    exact = or_(Case.severity.in_(mine), Case.category.in_(mine))
    if not approvals.reviews(book, of, (), actor):
        return exact
    return or_(exact, and_(Case.severity.not_in(named), Case.category.not_in(named)))


def _leading(
    session: Session, actor: Actor, now: dt.datetime, own: ColumnElement[bool], book: Regime
) -> Iterator[Heap]:
    """What units ask of the office, and more time that a leader grants."""
    if actor.roles & {Role.DISPATCHER, Role.CHIEF}:
        asked = select(CoHandling.slip_id).where(CoHandling.state.in_(["asked", "signing"]))
        waiting = or_(Slip.state == str(SlipState.RETURN_ASKED), Slip.id.in_(asked))
        yield of_slips(session, "coordinate", own, waiting)
    if Role.GOV_LEADER in actor.roles:
        asked_for = select(Extension.case_id).where(Extension.state == "asked")
        mine = _reviewed(book, "extension", absences.as_deputy(session, actor, now))
        yield of_cases(session, "approve_extension", own, mine, Case.id.in_(asked_for))


def _watched(
    session: Session, actor: Actor, now: dt.datetime, own: ColumnElement[bool], book: Regime
) -> Iterator[Heap]:
    """What somebody tracks, what the chief decides or keeps an eye on, and notices that did not go."""
    if tracked := tracks.mine(book, actor):
        yield of_cases(session, "tracked", own, *tracked)
    if Role.CHIEF in actor.roles:
        yield _issues(session, actor)
        yield of_cases(session, "unattended", own, unattended.condition(session, actor.institution_id or 0, now))
        yield _notices(session, actor, "held")
    if may_see(actor, "undelivered", at_home(actor)):
        yield _notices(session, actor, "failed")


def _notices(session: Session, actor: Actor, state: str) -> Heap:
    """Notices that wait for a person: those that did not go, those that need a yes."""
    rows = queries_notices.heaps_of(session, actor, state, SHOWN + 1)
    tasks = [Task("notice", r.id, c.register_no if c else "", r.notice, state, c) for r, c in rows[:SHOWN]]
    return Heap(f"notice_{state}", tasks, len(rows) > SHOWN)


def _reports(session: Session, actor: Actor, now: dt.datetime) -> Heap:
    """J17: reports that are this person's to make, soonest first."""
    rows = queries_owed.waiting(session, actor, now, SHOWN + 1)
    tasks = [Task("report", r.id, r.due_day.isoformat(), report.name, r.state, None) for r, report in rows[:SHOWN]]
    return Heap("make_report", tasks, len(rows) > SHOWN)


def _asked(session: Session, actor: Actor, own: ColumnElement[bool]) -> list[Heap]:
    """Confidential cases whose complainant a colleague asks to see."""
    side = officer_keys.group_of(actor.roles)
    if side is None:
        return []
    asked = select(UnsealRequest.case_id).where(
        UnsealRequest.institution_id == actor.institution_id,
        UnsealRequest.state == "asked",
        UnsealRequest.side != side,
    )
    heap = of_cases(session, "agree_identity", own, Case.id.in_(asked))
    return [replace(heap, tasks=[replace(task, kind="identity") for task in heap.tasks])]


def _to_sign(session: Session, actor: Actor, own: ColumnElement[bool]) -> list[Heap]:
    """Confidential cases whose transfer waits for a leader's signature (promises 1.6)."""
    if not actor.roles & CASE_STEPS["sign_transfer"].roles:
        return []
    asked = TransferRequest.state == "asked", TransferRequest.asked_by != actor.person_id
    waiting = select(TransferRequest.case_id).where(TransferRequest.institution_id == actor.institution_id, *asked)
    return [
        of_cases(session, "sign_transfer", own, Case.state.in_([str(s) for s in WITH_OFFICE]), Case.id.in_(waiting))
    ]


def _privacy(session: Session, actor: Actor, own: ColumnElement[bool]) -> Iterator[Heap]:
    """Citizens who ask for what is kept about them, or for its erasure."""
    if actor.roles & {Role.INTAKE, Role.CHIEF}:
        wished = select(PrivacyRequest.case_id).where(PrivacyRequest.state == "open")
        yield of_cases(session, "privacy", own, Case.id.in_(wished))


def _issues(session: Session, actor: Actor) -> Heap:
    query = select(CommonIssue).where(
        CommonIssue.institution_id == actor.institution_id, CommonIssue.state == "submitted"
    )
    rows = session.scalars(query.limit(SHOWN)).all()
    return Heap("approve_issue", [Task("issue", r.id, "", r.title, r.state, None) for r in rows], False)
