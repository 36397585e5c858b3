"""What a person does about a notice that won't go by itself: send it, try again, tell otherwise, let it be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import DONE_BY, Actor, roles_on
from shared.models.outbox import OutboxRow
from shared.services import admin_acts, cases

MAY_ACT = DONE_BY["act_on_notices"]
HOW = ("letter", "phone", "face")
"""How a person was told instead."""
STUCK = frozenset({"failed", "parked"})
NOT_GOING = STUCK | {"held"}
ANEW: dict[str, Any] = {"state": "queued", "attempts": 0, "faults": 0, "outcome": "", "done_at": None}


def release(outbox_id: int, actor: Actor, now: dt.datetime) -> None:
    """Says yes to a notice that was held; one for many people needs the chief's (W1.03).

    Like every verb here raises Refused('no_such_case'), Refused('not_yours'), or Refused('not_now') where somebody
    was quicker.
    """
    with work() as session:
        row = _locked(session, outbox_id, {"held"})
        allowed = frozenset({Role.CHIEF}) if row.outcome == "bulk" else MAY_ACT
        _record(session, row, "notice_released", actor, now, allowed=allowed, why=row.outcome)
        _set(row, not_before=now, **ANEW)


def retry(outbox_id: int, actor: Actor, now: dt.datetime) -> None:
    """Sends a failed or parked notice once more, with all its tries; who has it already isn't told twice."""
    with work() as session:
        row = _locked(session, outbox_id, STUCK)
        _record(session, row, "notice_retried", actor, now, why=row.outcome)
        _set(row, not_before=now, **ANEW)


def replace(outbox_id: int, actor: Actor, now: dt.datetime, *, how: str) -> None:
    """Puts on record that the person was told by letter, by phone or face to face (`how` is one of HOW)."""
    if how not in HOW:
        raise Refused("missing", field="how")
    with work() as session:
        row = _locked(session, outbox_id, NOT_GOING)
        _record(session, row, "notice_replaced", actor, now, why=row.outcome, how=how)
        _set(row, state="replaced", outcome=how, done_at=now)


def drop(outbox_id: int, actor: Actor, now: dt.datetime) -> None:
    """Lets a notice be: nobody needs it any more."""
    with work() as session:
        row = _locked(session, outbox_id, NOT_GOING)
        _record(session, row, "notice_dropped", actor, now, why=row.outcome)
        _set(row, state="dropped", done_at=now)


def _locked(session: Session, outbox_id: int, states: Collection[str]) -> OutboxRow:
    case_id = session.scalar(select(OutboxRow.case_id).where(OutboxRow.id == outbox_id))
    if case_id is not None:
        cases.lock(session, case_id)  # before the notice, as every step of the case does: no two wait for each other
    row = session.get(OutboxRow, outbox_id, with_for_update=True)
    if row is None:
        raise Refused("no_such_case")
    if row.state not in states:
        raise Refused("not_now", action="notice", state=row.state)
    return row


def _set(row: OutboxRow, **values: Any) -> None:
    for name, value in {**values, "lease": None, "leased_until": None}.items():
        setattr(row, name, value)


def _record(
    session: Session,
    row: OutboxRow,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    *,
    allowed: frozenset[Role] = MAY_ACT,
    **facts: str,
) -> None:
    """An event of the case; a notice about no case stands in the record of administration."""
    facts |= {"notice": row.notice, "audience": row.audience}
    case = cases.lock(session, row.case_id) if row.case_id else None
    held = cases.roles(session, case, actor) if case else roles_on(actor, row.institution_id, ())
    if not held:
        raise Refused("no_such_case")
    if not held & allowed:
        raise Refused("not_yours", action="notice")
    if case is None:
        admin_acts.note(session, actor, now, kind, role=str(min(held & allowed)), facts=dict(facts))
    else:
        role = min(held & allowed)
        cases.record(session, case, kind, actor, now, role=role, slip_id=row.slip_id, facts=dict(facts))
