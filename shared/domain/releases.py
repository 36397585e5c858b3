"""Which public figures a month releases: disjoint periods, small numbers hidden, what is too little waits (1.7).

Every case, answer, limit and rating is counted in exactly one period of its table, so no two releases can be
subtracted from each other; a period ends when it holds enough to hide among.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.small_numbers import LEAST, share, told

LEAST_OF_A_UNIT = 10
SETTLED_DAYS = 3
"""A month is counted so many days after its end: letters of the last day are registered by then."""
ENOUGH = 4
"""So many times the least number make a table; with fewer, everything would have to be hidden."""
SATISFIED = ("very_good", "good", "fair")
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Kind:
    """A table: the least number it tells, and whether its rows are outcomes (then ℓ ≥ 2 holds)."""

    name: str
    least: int = LEAST
    outcomes: bool = False


KINDS = (
    Kind("categories"),
    Kind("results", outcomes=True),
    Kind("punctual", outcomes=True),
    Kind("levels", outcomes=True),
    Kind("units", least=LEAST_OF_A_UNIT),
)


@dataclass(frozen=True, slots=True)
class Table:
    """What is told of the months from `first` on; None is a number that is not told."""

    first: dt.date
    total: int
    cells: dict[str, int | None]


def table(kind: Kind, months: Sequence[tuple[dt.date, Mapping[str, int]]]) -> Table | None:
    """The table of these months together, oldest first; None where they hold too little and wait for the next."""
    cells: dict[str, int] = {}
    for _, counts in months:
        for code, n in counts.items():
            cells[code] = cells.get(code, 0) + n
    total = sum(cells.values())
    if total < ENOUGH * kind.least:
        return None
    return Table(months[0][0], total, told(cells, kind.least, outcomes=kind.outcomes))


def due_months(first: dt.date, known: Iterable[dt.date], today: dt.date) -> list[dt.date]:
    """The first days of the ended and settled months since `first` that have no release yet, oldest first."""
    done, found, month = set(known), [], first.replace(day=1)
    while (after := following(month)) + dt.timedelta(days=SETTLED_DAYS) <= today:
        if month not in done:
            found.append(month)
        month = after
    return found


def following(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def punctual_share(cells: Mapping[str, int | None]) -> int | None:
    """Limits met, in percent, from numbers that are told themselves: it gives nothing more away."""
    met, late = cells.get("met"), cells.get("late")
    return None if met is None or late is None else share(met, met + late)


def satisfied_share(cells: Mapping[str, int | None]) -> int | None:
    """Ratings of 基本满意 or better, in percent of those who said so, likewise."""
    said = {code: n for code, n in cells.items() if code != UNSURE}
    numbers = [n for n in said.values() if n is not None]
    if len(numbers) < len(said) or not said:
        return None
    return share(sum(said[code] or 0 for code in SATISFIED), sum(numbers))
