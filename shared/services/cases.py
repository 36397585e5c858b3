"""The one place where a case changes its state: step, event, clocks, tallies and notices in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import FAR
from shared.domain import clocks, lifecycle
from shared.domain.calendar import Unit as TimeUnit
from shared.domain.clocks import Happened, Limit
from shared.domain.errors import Refused
from shared.domain.lifecycle import OPEN, WITH_OFFICE, Role, State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.services import approval_guard, barrier, evidence, outbox, report_calls, superior_guard
from shared.services.calendars import calendar
from shared.services.counters import add
from shared.services.regimes import regime_of

UPPER = Limit(
    id="upper",
    value=0,
    unit=TimeUnit.CALENDAR_DAYS,
    starts=frozenset({"upper_deadline"}),
    stops=frozenset(
        {"upper_reported", "answered", "answered_directly", "refused", "referred", "withdrawn", "closed"}
    ),  # R4.05
    owner=str(Role.INTAKE),
    warn=(3, 1, 0),
    tell=(str(Role.INTAKE),),
)
"""The limit that an upper body has set for a case it sent down."""


class Told(Protocol):
    """As much of an event as clocks are counted from: a row of the table, or its columns."""

    seq: Any
    kind: Any
    at: Any
    slip_id: Any
    facts: Any


@dataclass(slots=True)
class Known:
    """What the database holds of one case's course: its events in order, and its clocks."""

    events: list[Event] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)


def known_of(session: Session, case_ids: Collection[int]) -> defaultdict[int, Known]:
    """What stands in the database of each of these cases."""
    found: defaultdict[int, Known] = defaultdict(Known)
    wanted = select(Event).where(Event.case_id.in_(case_ids)).order_by(Event.case_id, Event.seq)
    for event in session.scalars(wanted):
        found[event.case_id].events.append(event)
    for row in session.scalars(select(ClockRow).where(ClockRow.case_id.in_(case_ids))):
        found[row.case_id].clocks.append(row)
    return found


def lock(session: Session, case_id: int, version: int | None = None) -> Case:
    """The case row, locked for this transaction.

    Raises Refused('no_such_case') where there is none, Refused('stale') where `version` is not the row's.
    """
    case = session.scalar(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    )
    if case is None:
        raise Refused("no_such_case")
    if version is not None and version != case.version:
        raise Refused("stale", version=case.version)
    return case


def regime(session: Session, case: Case) -> Regime:
    """The rule book that the case was opened under."""
    return regime_of(session, case.regime_version_id)


def zone(session: Session, institution_id: int) -> ZoneInfo:
    """The institution's time zone, in which its days begin and end."""
    return ZoneInfo(session.get_one(Institution, institution_id).time_zone)


def roles(
    session: Session, case: Case, actor: Actor, units: Iterable[int] = (), *, hears: bool = True
) -> frozenset[Role]:
    """The roles that count on this case; raises Refused('no_such_case') where it isn't the actor's to know.

    `hears` is false where somebody is heard instead: whom the complaint is about has to cooperate (R5.09).
    """
    held = roles_on(actor, case.institution_id, frozenset(units))
    if not held:
        raise Refused("no_such_case")
    if hears:
        barrier.stop(session, case.id, actor)
    return held


def act(
    session: Session,
    case: Case,
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    units: Iterable[int] = (),
    slip_id: int | None = None,
    facts: dict[str, Any] | None = None,
    to_unit: int | None = None,
) -> Event:
    """Takes a step of the case: the only code that assigns `case.state`.

    Raises Refused('not_now'), Refused('not_yours'), Refused('no_such_case'), Refused('needs_approval', of) or
    Refused('superior_unnamed').
    """
    held = roles(session, case, actor, units, hears=action != "give_evidence")
    step = lifecycle.step_of(action, State(case.state), held, regime(session, case).routes)
    approval_guard.stop(session, case, regime(session, case), action)
    superior_guard.stop(session, case, regime(session, case), action)
    before, unit_before = case.state, case.unit_id
    if step.to is not None:
        case.state = str(step.to)
        case.is_open = step.to in OPEN
        if step.to in WITH_OFFICE:  # back with the office: no unit and no investigator holds it
            case.unit_id = case.handler_id = None
    if to_unit is not None:
        case.unit_id = to_unit
    role = min(step.roles & held)
    event = record(session, case, step.event, actor, now, role=role, slip_id=slip_id, facts=facts, before=before)
    _tally(session, case, before, unit_before)
    return event


def record(
    session: Session,
    case: Case,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    *,
    role: Role | str,
    slip_id: int | None = None,
    facts: dict[str, Any] | None = None,
    before: str | None = None,
    known: Known | None = None,
) -> Event:
    """Appends an event, recomputes the clocks from all events and writes the notices and reports that it owes.

    `known` is what stands in the database of the case, where that needn't be looked up; it is kept up to date.
    """
    known = known if known is not None else known_of(session, [case.id])[case.id]
    happened = known.events
    event = Event(
        case_id=case.id,
        seq=len(happened) + 1,
        at=now,
        kind=kind,
        actor_id=actor.person_id,
        actor_role=str(role),
        slip_id=slip_id,
        from_state=before if before is not None else case.state,
        to_state=case.state,
        facts=facts or {},
    )
    evidence.chain(case, event, happened[-1].mac if happened else "")
    session.add(event)
    happened.append(event)
    keep_clocks(session, case, known, now)
    outbox.owe(session, case, kind, now, slip_id=slip_id)
    report_calls.by_event(session, case, event)
    return event


def limits_of(session: Session, case: Case) -> list[Limit]:
    """Every limit that can run on the case: the regime's, and the upper body's where one is set."""
    return [*regime(session, case).clock_limits, *([UPPER] if case.upper_due else [])]


def run_clocks(session: Session, case: Case, events: Iterable[Told], now: dt.datetime) -> list[clocks.Clock]:
    """The clocks of a case, computed from its events."""
    happened = [_happened(e) for e in events]
    return clocks.run(
        limits_of(session, case),
        happened,
        calendar(session),
        zone=zone(session, case.institution_id),
        hours=regime(session, case).hours,
        default_severity=regime(session, case).default_severity,
        now=now,
    )


def keep_clocks(session: Session, case: Case, known: Known, now: dt.datetime) -> list[ClockRow]:
    """Writes the computed clocks into rows and the earliest duty into the case; returns rows whose due day moved."""
    rows = {(r.limit_id, r.slip_id, r.start_seq): r for r in known.clocks}
    moved, current = [], run_clocks(session, case, known.events, now)
    for clock in current:
        row = rows.pop((clock.limit.id, clock.slip, clock.start_seq), None)
        if row is None:
            row = ClockRow(
                case_id=case.id,
                slip_id=clock.slip,
                limit_id=clock.limit.id,
                start_seq=clock.start_seq,
                started_at=clock.started_at,
                told=[],
            )
            session.add(row)
            known.clocks.append(row)
        elif row.due_day != clock.due_day:
            moved.append(row)
        row.due_day, row.due_at, row.first_due_day = clock.due_day, clock.due_at, clock.first_due_day
        row.provisional, row.stopped_at = clock.provisional, clock.stopped_at
        row.paused_since, row.look_at = clock.paused_since, clock.look_at
    for gone in rows.values():
        session.delete(gone)
        known.clocks.remove(gone)
    _next_due(case, current, regime(session, case))
    return moved


def _next_due(case: Case, current: list[clocks.Clock], book: Regime) -> None:
    """The earliest running duty; a right that lapses (R2.12) is no duty."""
    rights = {r.id for r in book.limits if r.right}
    running = [c for c in current if c.stopped_at is None and c.limit.id not in rights and case.is_open]
    ticking = [c for c in running if c.paused_since is None]
    first = min(ticking, key=lambda c: c.due_at, default=None)
    case.due_at = first.due_at if first else FAR
    case.due_limit = first.limit.id if first else ""
    case.due_provisional = bool(first and first.provisional)
    case.paused = bool(running) and not ticking


def _happened(event: Told) -> Happened:
    facts = event.facts
    until = facts.get("until")
    return Happened(
        seq=event.seq,
        kind=event.kind,
        at=event.at - dt.timedelta(days=facts.get("days_ago", 0)),  # written down later than it came about
        slip=event.slip_id,
        severity=facts.get("severity"),
        category=facts.get("category"),
        limit=facts.get("limit"),
        until=dt.date.fromisoformat(until) if until else None,
    )


def _tally(session: Session, case: Case, state: str, unit_id: int | None) -> None:
    """Moves the case from one heap to another in the counts that pages show."""
    if (state, unit_id) == (case.state, case.unit_id):
        return
    changes: dict[str, int] = {}
    for key in heaps(state, unit_id):
        changes[key] = changes.get(key, 0) - 1
    for key in heaps(case.state, case.unit_id):
        changes[key] = changes.get(key, 0) + 1
    add(session, case.institution_id, {k: n for k, n in changes.items() if n})


def heaps(state: str, unit_id: int | None) -> list[str]:
    """The counters that a case in this state with this unit stands in."""
    return [f"state:{state}", *([f"state:{state}:unit:{unit_id}"] if unit_id else [])]
