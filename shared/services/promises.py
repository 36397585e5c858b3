"""A day named for one case: told to the complainant, or set for whoever has to solve it (R3.06, R12.03, R12.04)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.calendar import Unit
from shared.domain.errors import Refused, needs
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.promise import Promise
from shared.services import cases
from shared.services.extensions import FARTHEST_DAYS


def named_limits(book: Regime) -> list[str]:
    """The limits that end on a day named for the case."""
    return [one.id for one in book.limits if one.unit is Unit.PROMISED and "promised" in one.starts]


def promise(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    day: dt.date,
    agreed: bool = False,
    measures: str = "",
    owner: str = "",
    version: int | None = None,
) -> None:
    """Names the day; it can be changed only by an extension, with all that binds one (R20.06).

    Raises Refused('not_now') where the rule book knows no such day, Refused('promised_before'),
    Refused('past_day'), Refused('too_far', days), Refused('missing', field) where a plan is owed (R12.04).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        limits = named_limits(cases.regime(session, case))
        if not limits:
            raise Refused("not_now", action="promise", state=case.state)
        running = select(ClockRow.id).where(ClockRow.case_id == case.id, ClockRow.limit_id.in_(limits))
        if session.scalar(running.where(ClockRow.stopped_at.is_(None)).limit(1)) is not None:
            raise Refused("promised_before")
        today = now.astimezone(cases.zone(session, case.institution_id)).date()
        if day < today:
            raise Refused("past_day", field="day")
        if (day - today).days > FARTHEST_DAYS:
            raise Refused("too_far", field="day", days=FARTHEST_DAYS)
        if planned(session, case):
            needs(measures=measures, owner=owner)
        row = Promise(case_id=case.id, round=case.round, day=day, agreed=agreed, measures=measures.strip())
        row.owner, row.by_id, row.at = owner.strip(), actor.person_id or 0, now
        session.add(row)
        cases.act(session, case, "promise", actor, now, facts={"until": day.isoformat(), "agreed": agreed})


def planned(session: Session, case: Case) -> bool:
    """Whether the facts of the case ask for measures and somebody who answers for them (R12.04, R15.08)."""
    told = select(Event).where(Event.case_id == case.id, Event.kind == "assessed").order_by(Event.seq.desc())
    return any("plans" in event.facts for event in session.scalars(told))
