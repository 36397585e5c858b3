"""When an office opens and closes: the same all the year round, or by season (R22.09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

Day = tuple[int, int]
"""Month and day."""


@dataclass(frozen=True, slots=True)
class Season:
    """The hours from `first` to `last`, both included; a season may reach over New Year."""

    first: Day
    last: Day
    opens: time
    closes: time

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of every day: the first season that holds it, else the usual ones."""

    opens: time = time(9, 0)
    closes: time = time(17, 30)
    seasons: tuple[Season, ...] = ()

    def on(self, day: date) -> tuple[time, time]:
        """When the office opens and closes on this day."""
        found = next((season for season in self.seasons if season.holds(day)), None)
        return (found.opens, found.closes) if found else (self.opens, self.closes)


USUAL = Hours()
