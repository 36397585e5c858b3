"""What the public pages read that changes seldom: institutions, rule books, the calendar."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.db import db, reading
from shared.domain.calendar import Due
from shared.domain.regimes import LimitRule, Regime
from shared.models.institution import Institution
from shared.remembered import Remembered
from shared.services import calendars, regimes
from shared.services.regimes import regime_of


class Places(NamedTuple):
    """The institutions by their number."""

    all: list[Institution]
    live: list[Institution]
    by_id: dict[int, Institution]

    def __bool__(self) -> bool:
        return bool(self.all)


_known = Remembered[Places]()
forget = _known.forget


def institutions() -> list[Institution]:
    """Every institution by its number, as this process knows them. The rows belong to no session."""
    return _known.get(db.engine, _read).all


def institution(number: int) -> Institution:
    """One of them, even where this process hasn't heard of it yet; raises KeyError."""
    if number not in _known.get(db.engine, _read).by_id:
        forget()
    return _known.get(db.engine, _read).by_id[number]


def live() -> list[Institution]:
    """Those that can be turned to: nothing in their rule book is left blank."""
    return _known.get(db.engine, _read).live


def _read() -> Places:
    with reading() as session:
        found = list(session.scalars(select(Institution).order_by(Institution.id)))
        for row in found:
            session.expunge(row)
        live = [place for place in found if regime(place).complete]
        return Places(found, live, {place.id: place for place in found})


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
