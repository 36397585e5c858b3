"""The facts of a case on record, and what follows from them in the same transaction (J10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import approvals, triggers
from shared.domain.approvals import Chain, Level, Standing
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import Trigger
from shared.domain.triggers import Effects
from shared.domain.visibility import DONE_BY, SYSTEM, Actor
from shared.models.case import Case
from shared.models.event import Event
from shared.services import approval_guard, cases, incidents, ladders, outbox, tracks
from shared.services import approvals as requests


def assess(
    case_id: int, actor: Actor, now: dt.datetime, *, found: Mapping[str, object], version: int | None = None
) -> None:
    """Records the facts that the rule book asks about; what they trigger happens with it.

    Raises Refused('not_now') where the rule book asks about none, Refused('bad_number', field).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        book = cases.regime(session, case)
        if not triggers.asked(book):
            raise Refused("not_now", action="assess", state=case.state)
        facts = triggers.checked(book, found)
        _follow(session, case, book, actor, now, facts, triggers.fired(book, facts), by_hand=True)


def by_fact(session: Session, case: Case, fact: str, now: dt.datetime) -> None:
    """What follows from something that the product has seen by itself, once in a round (R25.05, R26.05)."""
    by_complaint(session, case, [fact], now)


def by_complaint(session: Session, case: Case, facts: Iterable[str], now: dt.datetime) -> None:
    """What follows from the complainant's own answers, in the transaction that takes the complaint in (R18.06)."""
    found = dict.fromkeys(facts, triggers.YES)
    if found:
        book = cases.regime(session, case)
        _follow(session, case, book, SYSTEM, now, found, triggers.fired(book, found))


def by_class(session: Session, case: Case, actor: Actor, now: dt.datetime) -> None:
    """What follows where a person has set the class without recording facts (R1.08: 直接报负责人)."""
    book = cases.regime(session, case)
    _follow(session, case, book, actor, now, {}, triggers.by_class(book, case.severity))
    _track(session, case, book, now)


def least(session: Session, case: Case) -> str:
    """The lightest class that the recorded facts allow, '' where they say nothing."""
    book = cases.regime(session, case)
    if not any(effect.do == "severity" for one in book.triggers for effect in one.then):
        return ""
    known = [event.facts.get("least", "") for event in _told(session, case) if "least" in event.facts]
    return str(known[-1]) if known else ""


def _told(session: Session, case: Case) -> list[Event]:
    """What was found in this round, oldest first."""
    kinds = Event.kind.in_(["assessed", "reopened"])
    events = list(session.scalars(select(Event).where(Event.case_id == case.id, kinds).order_by(Event.seq)))
    begun = max((n for n, event in enumerate(events, 1) if event.kind == "reopened"), default=0)
    return events[begun:]


def _follow(
    session: Session,
    case: Case,
    book: Regime,
    actor: Actor,
    now: dt.datetime,
    found: Mapping[str, str],
    fired: Iterable[Trigger],
    *,
    by_hand: bool = False,
) -> None:
    """The event that says what was found and what follows; nobody is told the same again in a round."""
    before = {code for event in _told(session, case) for code in event.facts.get("fired", [])}
    led = list(fired)
    new = [one for one in led if one.code not in before]
    if not by_hand and not new:
        return
    all_of_it, fresh = triggers.effects(book, led), triggers.effects(book, new)
    told = [role for role in fresh.tell if outbox.owe_post(session, case, "grave_case", role, now)]
    facts: dict[str, Any] = {"found": dict(found), "fired": [one.code for one in led], "told": told}
    facts |= {"unreached": [role for role in fresh.tell if role not in told]} | ({"recorded": True} if by_hand else {})
    facts |= _marks(all_of_it) | (_classified(book, case, all_of_it) if by_hand or all_of_it.severity else {})
    if actor is SYSTEM:
        cases.record(session, case, "assessed", actor, now, role=Role.SYSTEM, facts=facts)
    else:
        cases.act(session, case, "assess", actor, now, facts=facts)
    _track(session, case, book, now)
    _ask(session, case, book, actor, now, fresh)
    causes = "；".join(one.name for one in new)
    if fresh.escalate:
        ladders.rise_within(session, case, book, actor, now, causes)
    if by_hand and fresh.plans and book.emergency is not None:  # R21.04: 应立即启动本预案
        session.flush()
        role = min(cases.roles(session, case, actor) & DONE_BY["run_plan"])
        incidents.start_within(session, case, actor, now, why=causes, role=role)


def _track(session: Session, case: Case, book: Regime, now: dt.datetime) -> None:
    """Who keeps an eye on it: a fold of the facts that stand and of the class, however it was set."""
    if triggers.is_tracked(book):
        session.flush()
        stands = triggers.standing(event.facts for event in _told(session, case))
        asked = [*triggers.fired(book, stands), *triggers.by_class(book, case.severity)]
        tracks.keep(session, case, triggers.tracks(asked), now)


def _marks(found: Effects) -> dict[str, Any]:
    kept = {"flags": found.flags, "plans": found.plans, "track": found.track, "penalties": found.penalties}
    return {name: list(codes) for name, codes in kept.items() if codes}


def _classified(book: Regime, case: Case, found: Effects) -> dict[str, Any]:
    """Raises the class where the facts ask for it; `least` holds until other facts are recorded."""
    case.severity = triggers.highest(book, [case.severity, found.severity]) or case.severity
    return {"least": found.severity, "severity": case.severity, "category": case.category}


def _ask(session: Session, case: Case, book: Regime, actor: Actor, now: dt.datetime, found: Effects) -> None:
    """Lays before whoever has to decide, unless the same waits already."""
    names = {one.code: one.name for one in book.triggers}
    for subject, role, cause in found.decide:
        stands = approval_guard.stands(session, case).get(subject)
        if stands in (Standing.ASKED, Standing.THROUGH):
            continue
        rule = approvals.rule_for(book, subject, approval_guard.classes(case) | {cause})
        chain = approvals.chain_of(rule) if rule else Chain((Level((role,)),))
        requests.lay_within(session, case, actor, now, subject, chain, f"{names[cause]}。", cause)
        session.flush()
