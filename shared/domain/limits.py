"""One limit as the clocks know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import Calendar, Due, Span, Unit


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a regime: what starts and stops it, how long it is, whose it is and whom to warn when."""

    id: str
    value: int
    unit: Unit
    starts: frozenset[str]
    stops: frozenset[str]
    owner: str
    severity: str | None = None
    category: str | None = None
    warn: tuple[int, ...] = ()  # working days before the due day; 0 = on the day
    tell: tuple[str, ...] = ()
    pauses: bool = False  # whether an open question to the citizen pauses it
    per_slip: bool = False
    row: str = ""
    revives: frozenset[str] = frozenset()  # what undoes the stop: the clock runs on from its own start
    extended_as: frozenset[str] = frozenset()  # limits whose promised dates hold for this one after reclassifying
    rolls: bool | None = None  # whether a last day off moves on; None: as the unit does
    first_day: bool = False  # whether the day it starts is the first that counts

    def count(self, calendar: Calendar, start: date, pauses: Sequence[Span]) -> Due:
        """Return the last day of a term begun on `start`."""
        return calendar.count(start, self.value, self.unit, pauses, rolls=self.rolls, first_day=self.first_day)
