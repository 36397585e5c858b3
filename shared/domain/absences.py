"""How long somebody may be away, and who may stand in (R9.02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from shared.domain.errors import Refused
from shared.domain.visibility import Held

LONGEST = dt.timedelta(days=366)


def check(first: dt.date, last: dt.date, today: dt.date) -> None:
    """Raises Refused('missing', field), Refused('past_day', field) or Refused('away_too_long', field)."""
    if last < today:
        raise Refused("past_day", field="to_day")
    if last < first:
        raise Refused("ends_before", field="to_day")
    if last - first > LONGEST:
        raise Refused("away_too_long", field="to_day")


def may_stand_in(absent: Collection[Held], other: Collection[Held]) -> bool:
    """Whether the other holds one of the same posts: the same role in the same unit."""
    return bool(set(absent) & set(other))


def uncovered(absent: Collection[Held], other: Collection[Held]) -> list[Held]:
    """The posts of whoever is away that the other doesn't hold."""
    theirs = set(other)
    return [held for held in absent if held not in theirs]
