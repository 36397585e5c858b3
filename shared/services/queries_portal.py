"""What the public pages read that changes seldom: institutions, rule books, the calendar."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.db import db, reading
from shared.domain.calendar import Due
from shared.domain.regimes import LimitRule, Regime
from shared.models.institution import Institution
from shared.services import calendars, regimes
from shared.services.regimes import regime_of

_FRESH_SECONDS = 30.0
_known: dict[str, tuple[float, list[Institution]]] = {}


def institutions() -> list[Institution]:
    """Every institution by its number; a process looks again after half a minute. The rows belong to no session."""
    key = str(db.engine.url)
    at, known = _known.get(key, (0.0, []))
    if not known or time.monotonic() - at > _FRESH_SECONDS:
        with reading() as session:
            known = list(session.scalars(select(Institution).order_by(Institution.id)))
            for row in known:
                session.expunge(row)
        _known[key] = (time.monotonic(), known)
    return known


def live() -> list[Institution]:
    """Those that can be turned to: nothing in their rule book is left blank."""
    return [place for place in institutions() if regime(place).complete]


def forget() -> None:
    """Drops what this process remembers of institutions."""
    _known.clear()


def regime(institution: Institution) -> Regime:
    """The rule book under which this institution opens new cases; asks the database once in a process's life."""
    known = regimes.known(db.engine, institution.regime_version_id)
    if known is not None:
        return known
    with reading() as session:
        return regime_of(session, institution.regime_version_id)


def due(institution: Institution, rule: LimitRule, start: dt.datetime) -> Due | None:
    """The last day of a limit that starts at this moment, in its zone; None for limits in hours and for named days."""
    with reading() as session:
        calendar = calendars.calendar(session)
    first = start.astimezone(ZoneInfo(institution.time_zone)).date()
    return rule.last_day(calendar, first)
