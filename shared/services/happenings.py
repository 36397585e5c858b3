"""What comes about outside the product and is written down here: limits of the rule book begin and end with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.ledger import OFFICE
from shared.domain.regimes import Regime
from shared.domain.regimes.vocabulary import BY_HAND
from shared.domain.visibility import Actor
from shared.models.answer import Note
from shared.models.case import Case
from shared.models.event import Event
from shared.models.finding import Finding
from shared.services import cases

OUTSIDE = "reported_outside"
NEEDS = {"clarified": ("exposed", "not_exposed"), "respondent_answered": ("notice_served", "not_served")}
"""What has to be on record before, and the refusal where it isn't."""


def offered(book: Regime) -> list[str]:
    """What the rule book's limits count from, and the report to the authorities where a trigger calls for one."""
    counted = {event for rule in book.limits for event in (*rule.starts, *rule.stops)}
    return [*(kind for kind in BY_HAND if kind in counted), *([OUTSIDE] if reports_outside(book) else [])]


def reports_outside(book: Regime) -> bool:
    """R10.13: some cases are reported to the authorities as well."""
    return any(e.do == "flag" and e.what == "external_report" for one in book.triggers for e in one.then)


def record(
    case_id: int, actor: Actor, now: dt.datetime, *, kind: str, day: dt.date, text: str, version: int | None = None
) -> None:
    """Writes down what came about on a day, and what there is to say about it.

    Raises Refused('missing', field), Refused('not_yours'), Refused('future_day' | 'before_receipt', field='day'),
    Refused('not_exposed' | 'not_served'), Refused('no_finding') where a mediation ends before a finding (R24.03).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        may = OFFICE & cases.roles(session, case, actor)
        if not may:
            raise Refused("not_yours", action="happening")
        book = cases.regime(session, case)
        if kind not in offered(book):
            raise Refused("missing", field="happening")
        needs(text=text)
        zone = cases.zone(session, case.institution_id)
        today, received = now.astimezone(zone).date(), case.received_at.astimezone(zone).date()
        if day > today or day < received:
            raise Refused("future_day" if day > today else "before_receipt", field="day")
        _in_order(session, case, book, kind)
        session.add(Note(case_id=case.id, text=text.strip(), by_id=actor.person_id or 0, at=now))
        facts = {"on": day.isoformat(), "days_ago": (today - day).days}
        cases.record(session, case, kind, actor, now, role=min(may), facts=facts)


def _in_order(session: Session, case: Case, book: Regime, kind: str) -> None:
    before, refusal = NEEDS.get(kind, ("", ""))
    if before and before not in _kinds(session, case.id):
        raise Refused(refusal, field="happening")
    if kind == "mediated" and book.attributions:
        found = select(Finding.id).where(Finding.case_id == case.id).limit(1)
        if session.scalar(found) is None:
            raise Refused("no_finding", field="happening")


def _kinds(session: Session, case_id: int) -> Iterable[str]:
    return set(session.scalars(select(Event.kind).where(Event.case_id == case_id)))
