"""Service at the complainant's door (W1.05): which rule books have it, and on which days for whom."""

from __future__ import annotations

import datetime as dt

from shared.domain.calendar import Calendar
from shared.domain.errors import Refused
from shared.domain.follow_up import visit_rule
from shared.domain.regimes import Regime

HALVES = ("am", "pm")
AT_THE_DOOR = frozenset({"face", "key"})
FARTHEST = dt.timedelta(days=60)


def kept(book: Regime) -> bool:
    """Whether somebody goes to people's doors under this rule book."""
    rule = visit_rule(book)
    return rule is not None and bool(AT_THE_DOOR & set(rule.ways))


def is_key(book: Regime, severity: str) -> bool:
    """Whether the case is a key customer's, who is served on days off as well."""
    rule = visit_rule(book)
    return rule is not None and bool(rule.key_class) and severity == rule.key_class


def check_day(book: Regime, severity: str, day: dt.date, half: str, today: dt.date, calendar: Calendar) -> None:
    """Raises Refused('past_day'), Refused('day_off'), Refused('too_far', days), Refused('missing', field='half')."""
    if day <= today:
        raise Refused("past_day", field="day")
    if day - today > FARTHEST:
        raise Refused("too_far_ahead", field="day", days=FARTHEST.days)
    if not calendar.is_working(day) and not is_key(book, severity):
        raise Refused("day_off", field="day")
    if half not in HALVES:
        raise Refused("missing", field="half")
