"""A day named for one case: told to the complainant, or set for whoever has to solve it (R3.06, R12.03, R12.04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import fields
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
        if not named_limits(cases.regime(session, case)):
            raise Refused("not_now", action="promise", state=case.state)
        if _standing(session, case) is not None:
            raise Refused("promised_before")
        _check(session, case, now, day, "day")
        if planned(session, case):
            needs(measures=measures, owner=owner)
        row = Promise(case_id=case.id, round=case.round, day=day, agreed=agreed, measures=measures.strip())
        row.owner = owner.strip()
        _name(session, case, actor, now, row)


def told(session: Session, case: Case, actor: Actor, now: dt.datetime, answers: Mapping[str, str]) -> None:
    """Names the day that a field of the rule book tells (R20.01), within the step that has asked for it.

    Raises Refused('past_day'), Refused('too_far', days), Refused('promised_before') for another day than the one that
    stands, each at the field.
    """
    for one in cases.regime(session, case).fields:
        if not one.promises or not answers.get(one.code):
            continue
        day, name = dt.date.fromisoformat(fields.read(one, answers[one.code])), fields.name_of(one)
        standing = _standing(session, case)
        if standing == day:
            continue
        if standing is not None:
            raise Refused("promised_before", field=name)
        _check(session, case, now, day, name)
        row = Promise(case_id=case.id, round=case.round, day=day, agreed=False, measures="", owner="")
        _name(session, case, actor, now, row)


def _standing(session: Session, case: Case) -> dt.date | None:
    """The day that has been named and still runs."""
    limits = named_limits(cases.regime(session, case))
    running = select(ClockRow.due_day).where(ClockRow.case_id == case.id, ClockRow.limit_id.in_(limits))
    return session.scalar(running.where(ClockRow.stopped_at.is_(None)).limit(1))


def _check(session: Session, case: Case, now: dt.datetime, day: dt.date, field: str) -> None:
    today = now.astimezone(cases.zone(session, case.institution_id)).date()
    if day < today:
        raise Refused("past_day", field=field)
    if (day - today).days > FARTHEST_DAYS:
        raise Refused("too_far", field=field, days=FARTHEST_DAYS)


def _name(session: Session, case: Case, actor: Actor, now: dt.datetime, row: Promise) -> None:
    row.by_id, row.at = actor.person_id or 0, now
    session.add(row)
    cases.act(session, case, "promise", actor, now, facts={"until": row.day.isoformat(), "agreed": row.agreed})


def planned(session: Session, case: Case) -> bool:
    """Whether the facts of the case ask for measures and somebody who answers for them (R12.04, R15.08)."""
    told = select(Event).where(Event.case_id == case.id, Event.kind == "assessed").order_by(Event.seq.desc())
    return any("plans" in event.facts for event in session.scalars(told))
