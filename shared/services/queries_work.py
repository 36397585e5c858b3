"""What a member of staff has to do now: read by role, most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.calendar import Calendar
from shared.domain.lifecycle import CASE_STEPS, WITH_OFFICE, Role, SlipState, State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, at_home, may_see
from shared.models.case import Case
from shared.models.common_issue import CommonIssue
from shared.models.extension import Extension
from shared.models.privacy import PrivacyRequest
from shared.models.slip import CoHandling, EvidenceRequest, Slip
from shared.models.transfer_request import TransferRequest
from shared.models.unit import Unit
from shared.models.unseal_request import UnsealRequest
from shared.services import (
    absences,
    barrier,
    ladders,
    officer_keys,
    queries_approvals,
    queries_corrective,
    queries_notices,
    queries_owed,
    unattended,
)
from shared.services.calendars import calendar
from shared.services.queries_queue import NOT_HELD, STILL_OPEN, day_end, local_day, place_of
from shared.services.regimes import regime_of

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: a case, a slip or a common issue, and where it leads."""

    kind: str
    """case, slip, evidence, issue, identity, notice, approval, action or report."""
    id: int
    number: str
    summary: str
    state: str
    case: Case | None
    day: dt.date | None = None
    """By when, where no case says it."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Tasks of one sort; `more` says that not all are shown, `view` is the queue that holds them all."""

    code: str
    tasks: list[Task]
    more: bool
    view: str = ""


@dataclass(slots=True)
class Desk:
    """A person's work: heaps by urgency, and the calendar that marks are counted with."""

    heaps: list[Heap] = field(default_factory=list)


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
SLIP_HEAPS: list[tuple[str, Role, SlipState]] = [
    ("sign", Role.SIGNER, SlipState.ISSUED),
    ("section", Role.DIRECTOR, SlipState.SIGNED),
    ("reply", Role.HANDLER, SlipState.SIGNED),
    ("approve_reply", Role.UNIT_HEAD, SlipState.SUBMITTED),
    ("hand_in", Role.SIGNER, SlipState.APPROVED),
]


def desk(actor: Actor, now: dt.datetime) -> Desk:
    """Everything that waits for this person."""
    found = Desk()
    with reading() as session:
        if actor.in_office:
            _office(session, actor, now, found)
            _privacy(session, actor, found)
        _units(session, actor, found)
        _actions(session, actor, now, found)
        _chains(session, actor, now, found)
    found.heaps = [h for h in found.heaps if h.tasks]
    return found


def _office(session: Session, actor: Actor, now: dt.datetime, desk: Desk) -> None:
    own = and_(Case.institution_id == actor.institution_id, barrier.open_to(actor))
    running = STILL_OPEN
    desk.heaps.append(_cases(session, "overdue", own, running, Case.due_at < now, view="overdue"))
    tonight = day_end(actor, now)
    desk.heaps.append(_cases(session, "today", own, running, Case.due_at.between(now, tonight), view="today"))
    routes = _routes(session, actor)
    for code, roles, states in CASE_HEAPS:
        if not roles & actor.roles or (code == "transfer") and "transfer" not in routes:
            continue
        if code == "assign" and "investigate" not in routes:
            continue
        conditions: list[ColumnElement[bool]] = [own, NOT_HELD, Case.state.in_([str(s) for s in states])]
        if code == "investigate":
            whose = [actor.person_id, *absences.stands_in_for(session, actor, now)]  # R9.02: a deputy sees the work
            conditions.append(Case.handler_id.in_(whose))
        desk.heaps.append(_cases(session, code, *conditions, view=str(states[0])))
    if actor.roles & {Role.DISPATCHER, Role.CHIEF}:
        asked = select(CoHandling.slip_id).where(CoHandling.state.in_(["asked", "signing"]))
        waiting = or_(Slip.state == str(SlipState.RETURN_ASKED), Slip.id.in_(asked))
        desk.heaps.append(_slips(session, "coordinate", own, waiting))
    if Role.GOV_LEADER in actor.roles:
        asked_for = select(Extension.case_id).where(Extension.state == "asked")
        desk.heaps.append(_cases(session, "approve_extension", own, Case.id.in_(asked_for)))
    desk.heaps.append(_reports(session, actor, now))
    desk.heaps[:0] = [*_asked(session, actor), *_to_sign(session, actor, own)]  # somebody waits to make a call
    _watched(session, actor, now, desk)


def _watched(session: Session, actor: Actor, now: dt.datetime, desk: Desk) -> None:
    """What the chief decides or keeps an eye on, and notices that did not go."""
    if Role.CHIEF in actor.roles:
        own = and_(Case.institution_id == actor.institution_id, barrier.open_to(actor))
        desk.heaps.append(_issues(session, actor))
        alone = unattended.condition(session, actor.institution_id or 0, now)
        desk.heaps.append(_cases(session, "unattended", own, alone))
        desk.heaps.append(_notices(session, actor, "held"))
    if may_see(actor, "undelivered", at_home(actor)):
        desk.heaps.append(_notices(session, actor, "failed"))


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


def _asked(session: Session, actor: Actor) -> list[Heap]:
    """Confidential cases whose complainant a colleague asks to see."""
    side = officer_keys.group_of(actor.roles)
    if side is None:
        return []
    asked = select(UnsealRequest.case_id).where(
        UnsealRequest.institution_id == actor.institution_id,
        UnsealRequest.state == "asked",
        UnsealRequest.side != side,
    )
    heap = _cases(session, "agree_identity", Case.id.in_(asked))
    return [replace(heap, tasks=[replace(task, kind="identity") for task in heap.tasks])]


def _to_sign(session: Session, actor: Actor, own: ColumnElement[bool]) -> list[Heap]:
    """Confidential cases whose transfer waits for a leader's signature (promises 1.6)."""
    if not actor.roles & CASE_STEPS["sign_transfer"].roles:
        return []
    asked = TransferRequest.state == "asked", TransferRequest.asked_by != actor.person_id
    waiting = select(TransferRequest.case_id).where(TransferRequest.institution_id == actor.institution_id, *asked)
    return [_cases(session, "sign_transfer", own, Case.state.in_([str(s) for s in WITH_OFFICE]), Case.id.in_(waiting))]


def _chains(session: Session, actor: Actor, now: dt.datetime, desk: Desk) -> None:
    """What waits for the person's yes, and what was sent up to the person's rung; first, for others wait for it."""
    book = book_of(session, actor)
    asked = queries_approvals.waiting_for(session, actor, book, now)
    inside = actor.in_office  # a unit knows the request, not the case
    number = {c.id: f"{c.register_no} {c.summary}" if inside else "" for _a, c in asked}
    tasks = [Task("approval", a.id, number[c.id], a.subject, a.state, c if inside else None) for a, c in asked]
    raised = [Task("case", c.id, c.register_no, c.summary, c.state, c) for c in ladders.lies_with(session, actor, book)]
    heaps = (("decide_approval", tasks), ("raised", raised))
    desk.heaps[:0] = [Heap(code, found[:SHOWN], len(found) > SHOWN) for code, found in heaps]


def _privacy(session: Session, actor: Actor, desk: Desk) -> None:
    if actor.roles & {Role.INTAKE, Role.CHIEF}:
        wished = select(PrivacyRequest.case_id).where(PrivacyRequest.state == "open")
        own = Case.institution_id == actor.institution_id
        desk.heaps.append(_cases(session, "privacy", own, Case.id.in_(wished)))


def _units(session: Session, actor: Actor, desk: Desk) -> None:
    for code, role, state in SLIP_HEAPS:
        units = actor.units_as(role)
        if not units:
            continue
        mine = or_(Slip.unit_id.in_(units), Slip.section_id.in_(units))
        where = [mine, Slip.state == str(state), barrier.open_to(actor)]
        if code == "section":
            where.append(Slip.section_id.is_(None))
        if code == "reply":
            where.append(Slip.section_id.is_not(None))
        desk.heaps.append(_slips(session, code, *where))
    handles = actor.units_as(Role.HANDLER)
    if handles:
        parts = select(CoHandling.slip_id).where(CoHandling.unit_id.in_(handles), CoHandling.state == "agreed")
        desk.heaps.append(
            _slips(session, "help", Slip.id.in_(parts), Slip.state.in_(["signed", "submitted"]), barrier.open_to(actor))
        )
        desk.heaps.append(_evidence(session, handles))


def _actions(session: Session, actor: Actor, now: dt.datetime, desk: Desk) -> None:
    """What is to be put right, looked at, or late (R10.12, R15.10)."""
    found = queries_corrective.waiting(session, actor, local_day(actor, now), SHOWN + 1)
    for code, rows in found.items():
        tasks = [Task("action", a.id, a.number, a.title, a.state, None, a.planned_day) for a in rows[:SHOWN]]
        desk.heaps.append(Heap(code, tasks, len(rows) > SHOWN))


def _cases(session: Session, code: str, *where: ColumnElement[bool], view: str = "") -> Heap:
    query = select(Case).where(*where).order_by(Case.due_at, Case.id).limit(SHOWN + 1)
    rows = session.scalars(query).all()
    tasks = [Task("case", c.id, c.register_no, c.summary, c.state, c) for c in rows[:SHOWN]]
    return Heap(code, tasks, len(rows) > SHOWN, view)


def _slips(session: Session, code: str, *where: ColumnElement[bool]) -> Heap:
    query = select(Slip, Case).join(Case, Case.id == Slip.case_id).where(*where).order_by(Case.due_at, Slip.id)
    rows = session.execute(query.limit(SHOWN + 1)).all()
    tasks = [Task("slip", s.id, s.number, s.points.split("\n")[0][:40], s.state, c) for s, c in rows[:SHOWN]]
    return Heap(code, tasks, len(rows) > SHOWN)


def _evidence(session: Session, units: frozenset[int]) -> Heap:
    query = (
        select(EvidenceRequest)
        .where(EvidenceRequest.unit_id.in_(units), EvidenceRequest.given_at.is_(None))
        .order_by(EvidenceRequest.due_day)
        .limit(SHOWN + 1)
    )
    rows = session.scalars(query).all()
    tasks = [Task("evidence", r.id, r.due_day.isoformat(), r.wanted[:40], "asked", None) for r in rows[:SHOWN]]
    return Heap("give_evidence", tasks, len(rows) > SHOWN)


def _issues(session: Session, actor: Actor) -> Heap:
    query = select(CommonIssue).where(
        CommonIssue.institution_id == actor.institution_id, CommonIssue.state == "submitted"
    )
    rows = session.scalars(query.limit(SHOWN)).all()
    return Heap("approve_issue", [Task("issue", r.id, "", r.title, r.state, None) for r in rows], False)


def _routes(session: Session, actor: Actor) -> list[str]:
    return [str(r) for r in book_of(session, actor).routes]


def book_of(session: Session, actor: Actor) -> Regime:
    """The rule book that the person's institution opens new cases under."""
    return regime_of(session, place_of(actor).regime_version_id)


def book(actor: Actor) -> Regime:
    """`book_of`, in a session of its own."""
    with reading() as session:
        return book_of(session, actor)


def calendar_now() -> Calendar:
    """The calendar that deadline marks are counted with."""
    with reading() as session:
        return calendar(session)


HANDLING = (
    select(Unit.id, Unit.name)
    .where(Unit.institution_id == bindparam("here"), Unit.kind == "handling")
    .order_by(Unit.id)
)


def units_of(actor: Actor) -> list[Row[tuple[int, str]]]:
    """Id and name of the institution's handling units, for filters."""
    with reading() as session:
        return list(session.execute(HANDLING, {"here": actor.institution_id}))
