"""What the page of rules reads: the blanks, what was set by whom, and what a new value would move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain import regimes
from shared.domain.calendar import Calendar, Unit
from shared.domain.regimes import LimitRule, Regime
from shared.domain.visibility import Actor, need, need_sight
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.institution import Institution
from shared.models.person import Person
from shared.models.regime_use import RegimeUse
from shared.services import cases, regime_settings
from shared.services.calendars import calendar
from shared.services.regimes import regime_of

MOST = 2000
"""Running limits that a dry run looks at, the newest first."""


@dataclass(frozen=True, slots=True)
class Use:
    """One version taken into use."""

    since: dt.date
    at: dt.datetime
    by: str
    reason: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule book of the own institution with everything that was set."""

    book: Regime
    live: bool
    uses: list[Use]


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one limit: the last day of a term begun on the effective day, before and after."""

    rule: LimitRule
    before: LimitRule | None
    old: dt.date | None
    new: dt.date | None
    running: int
    """Limits that run now; they keep their day."""
    apart: int
    """Those of them that would have another day under the new value."""


def rules(actor: Actor) -> Rules:
    """The blanks and the history; raises Refused('not_yours')."""
    need_sight(actor, "rules")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        live = regime_of(session, place.regime_version_id).complete
        query = (
            select(RegimeUse, Person.name)
            .outerjoin(Person, Person.id == RegimeUse.author_id)
            .where(RegimeUse.institution_id == place.id)
            .order_by(RegimeUse.id.desc())
            .limit(50)
        )
        rows = session.execute(query).all()
        current = place.regime_version_id
        newest = next((n for n, (row, _) in enumerate(rows) if row.regime_version_id == current), len(rows))
        uses = [
            Use(row.effective_from, row.at, name or "", row.reason, n < newest) for n, (row, name) in enumerate(rows)
        ]
        return Rules(regime_settings.latest_book(session, place), live, uses)


def dry_run(actor: Actor, now: dt.datetime, *, key: str, value: str, since: dt.date) -> list[Move]:
    """What a value would move, without setting it; raises as `regime_settings.set_blank`."""
    need(actor, "set_rule")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        text = regime_settings.latest_text(session, place)
        book = regimes.of_text(text)
        blank = next((b for b in book.blanks if b.key == key), None)
        if blank is None:
            return []
        new = regimes.of_text(
            regime_settings.with_value(text, key, regime_settings.read_value(blank, value), "", since)
        )
        in_use = regime_of(session, place.regime_version_id)
        days = calendar(session)
        return [
            _move(session, days, place, since, in_use, rule)
            for rule in new.limits
            if rule != in_use.limit(rule.id) or key.startswith(f"limits.{rule.id}.")
        ]


def _move(
    session: Session, days: Calendar, place: Institution, since: dt.date, in_use: Regime, rule: LimitRule
) -> Move:
    before = in_use.limit(rule.id) if in_use.complete else None
    began = (
        select(ClockRow.started_at)
        .join(Case, Case.id == ClockRow.case_id)
        .where(Case.institution_id == place.id, ClockRow.limit_id == rule.id, ClockRow.stopped_at.is_(None))
        .order_by(ClockRow.id.desc())
        .limit(MOST)
    )
    zone = cases.zone(session, place.id)
    starts = [at.astimezone(zone).date() for at in session.scalars(began)]
    apart = sum(_last(days, before, day) != _last(days, rule, day) for day in starts) if before else 0
    return Move(rule, before, _last(days, before, since), _last(days, rule, since), len(starts), apart)


def _last(days: Calendar, rule: LimitRule | None, start: dt.date) -> dt.date | None:
    if rule is None or rule.unit in (Unit.HOURS, Unit.PROMISED):
        return None
    return days.count(start, rule.value, rule.unit, rolls=rule.rolls, first_day=rule.first_day).day
