"""What the rule book decides by itself when a limit has passed in silence (R24.04, R24.10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.clocks import Clock
from shared.domain.lifecycle import CASE_STEPS, Role, State
from shared.domain.regimes import LimitRule
from shared.domain.regimes.vocabulary import DEFAULTS
from shared.domain.visibility import SYSTEM
from shared.models.case import Case
from shared.models.event import Event
from shared.models.slip import Slip
from shared.services import cases, findings
from shared.services.slips import cancel_open


def decide(session: Session, case: Case, events: Sequence[Event], now: dt.datetime) -> bool:
    """Decides every limit of the case that has run out and has a default; returns whether there was one."""
    rules = {rule.id: rule for rule in cases.regime(session, case).limits if rule.default}
    if not rules:
        return False
    late = [clock for clock in cases.run_clocks(session, case, events, now) if clock.overdue(now)]
    due = [(clock, rules[clock.limit.id]) for clock in late if clock.limit.id in rules and clock.paused_since is None]
    return any([_decide(session, case, clock, rule, now) for clock, rule in due])


def _decide(session: Session, case: Case, clock: Clock, rule: LimitRule, now: dt.datetime) -> bool:
    """Twice does no harm: the event ends the limit."""
    kind = next((event for event in rule.stops if event in DEFAULTS), None)
    if kind is None:
        return False
    facts = {"limit": rule.id, "due": clock.due_day.isoformat()}
    findings.by_default(session, case, cases.regime(session, case), rule.finds, case.unit_id, now)
    if kind == "defaulted" and State(case.state) in CASE_STEPS["decide_default"].frm:
        query = select(Slip.id).where(Slip.case_id == case.id).order_by(Slip.id.desc()).limit(1)
        cases.act(session, case, "decide_default", SYSTEM, now, slip_id=session.scalar(query), facts=facts)
        cancel_open(session, case)
    else:
        cases.record(session, case, kind, SYSTEM, now, role=Role.SYSTEM, facts=facts)
    session.flush()
    return True
