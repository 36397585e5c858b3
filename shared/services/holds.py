"""Legal hold: while it stands, nothing of the case is erased, neither by time nor on request."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.privacy import LegalHold
from shared.services import cases

MAY_HOLD = frozenset({Role.CHIEF, Role.ARCHIVIST})


def set_hold(case_id: int, actor: Actor, now: dt.datetime, *, reason: str, version: int | None = None) -> None:
    """Sets a hold, for a reason on record; raises Refused('not_yours'), Refused('missing'), Refused('held')."""
    with work() as session:
        case, role = _allowed(session, case_id, actor, version)
        needs(reason=reason)
        if standing(session, case_id) is not None:
            raise Refused("held")
        row = LegalHold(case_id=case_id, reason=reason.strip(), set_by=actor.person_id or 0, set_at=now)
        session.add(row)
        cases.record(session, case, "hold_set", actor, now, role=role)


def lift(case_id: int, actor: Actor, now: dt.datetime, *, reason: str, version: int | None = None) -> None:
    """Lifts it, likewise; raises Refused('not_now') where none stands."""
    with work() as session:
        case, role = _allowed(session, case_id, actor, version)
        needs(reason=reason)
        row = standing(session, case_id)
        if row is None:
            raise Refused("not_now", action="lift_hold")
        row.lifted_by, row.lifted_at, row.lift_reason = actor.person_id, now, reason.strip()
        cases.record(session, case, "hold_lifted", actor, now, role=role)


def standing(session: Session, case_id: int) -> LegalHold | None:
    """The hold that stands on the case."""
    return session.scalar(select(LegalHold).where(LegalHold.case_id == case_id, LegalHold.lifted_at.is_(None)))


def _allowed(session: Session, case_id: int, actor: Actor, version: int | None) -> tuple[Case, Role]:
    case = cases.lock(session, case_id, version)
    held = cases.roles(session, case, actor) & MAY_HOLD
    if not held:
        raise Refused("not_yours", action="hold")
    return case, min(held)
