"""What is owed to whom, written with the event that owes it; the jobs send it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.domain import notices
from shared.domain.approvals import acts_in, reviewers
from shared.domain.lifecycle import Route
from shared.domain.regimes import Regime
from shared.models.case import Case
from shared.models.outbox import OutboxRow
from shared.services.holding import first_state
from shared.services.regimes import regime_of

REVIEWED = {"opinion_submitted": "opinion", "extension_asked": "extension"}
"""Notices that ask whoever decides in a step of the product's own."""


def owe(session: Session, case: Case, kind: str, now: dt.datetime, *, slip_id: int | None = None) -> None:
    """Queues the notices that an event of this kind owes; facts are looked up when they are sent."""
    book = regime_of(session, case.regime_version_id)
    investigates = Route.INVESTIGATE in book.routes
    rows = [
        {
            "institution_id": case.institution_id,
            "case_id": case.id,
            "slip_id": slip_id,
            "notice": notice.code,
            "audience": str(notice.audience),
            "facts": {"round": case.round, **_posts(book, case, notice.code)},
            "state": first_state(notice.audience)[0],
            "attempts": 0,
            "not_before": now,
            "created_at": now,
            "outcome": first_state(notice.audience)[1],
        }
        for notice in notices.owed(kind)
        if notice.code not in notices.NAMED
        if notice.facts and (investigates or notice.code not in {"to_assign", "to_reassign"})
    ]
    if rows:
        session.execute(insert(OutboxRow), rows)


def _posts(book: Regime, case: Case, code: str) -> dict[str, list[str]]:
    """The posts that the rule book names for what the notice asks (R9.13)."""
    named = reviewers(book, REVIEWED[code], {case.severity, case.category}) if code in REVIEWED else ()
    return {"posts": list(named)} if named else {}


def owe_post(
    session: Session, case: Case, code: str, post: str, now: dt.datetime, *, facts: dict[str, Any] | None = None
) -> bool:
    """Queues a notice for whoever holds a post of the rule book (J10, J11); False where nobody in the product does."""
    role = acts_in(regime_of(session, case.regime_version_id), post)
    if role is not None:
        audience = notices.AUDIENCE_OF[role]
        _named(session, case, code, audience, now, {"post": post, **(facts or {})})
    return role is not None


def owe_person(
    session: Session, case: Case, code: str, person_id: int, now: dt.datetime, *, facts: dict[str, Any]
) -> None:
    """Queues a notice for one member of staff."""
    _named(session, case, code, notices.Audience.PERSON, now, {"person": person_id, **facts})


def _named(
    session: Session, case: Case, code: str, audience: notices.Audience, now: dt.datetime, facts: dict[str, Any]
) -> None:
    session.add(
        OutboxRow(
            institution_id=case.institution_id,
            case_id=case.id,
            notice=code,
            audience=str(audience),
            facts=facts,
            not_before=now,
            created_at=now,
        )
    )
