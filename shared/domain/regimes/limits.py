"""How long things may take: limits, what is only measured, and more time."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from shared.domain.calendar import Calendar, Due, Unit
from shared.domain.lifecycle import Role
from shared.domain.limits import Limit
from shared.domain.regimes.base import Cited, Data, Row


class LimitRule(Data):
    """One limit; `starts`, `stops` and `revives` are event kinds, `warn` working days before the due day."""

    id: str
    name: str
    value: int = Field(ge=0, le=366)
    unit: Unit
    least: int | None = None
    """The lower end of a range (R24.09: 5–7 working days)."""
    starts: list[str]
    stops: list[str]
    revives: list[str] = []
    owner: str
    """A role of this rule book."""
    severity: str | None = None
    category: str | None = None
    warn: list[int] = [1]
    tell: list[str]
    pauses: bool = False
    per_slip: bool = False
    right: bool = False
    """A right that lapses (R2.12), not a duty that becomes overdue."""
    rolls: bool | None = None
    """Whether a last day off moves to the next working day; the unit's own habit where it isn't said."""
    first_day: bool = False
    """Whether the day it starts counts as the first (R24.05: 当日起)."""
    default: str = ""
    """What is decided when it passes in silence (R24.10)."""
    finds: str = ""
    """The attribution that silence finds."""
    tell_complainant: bool = False
    """The complainant is told the day when it starts (R9.12, R22.07)."""
    row: Row
    start_row: Row
    quote: str

    def limit(self, extendable: frozenset[str], acts_as: dict[str, Role] | None = None) -> Limit:
        """The limit as the clocks know it; `extendable` move together, `acts_as` are the product's roles."""
        known = acts_as or {}
        return Limit(
            id=self.id,
            value=self.value,
            unit=self.unit,
            starts=frozenset(self.starts),
            stops=frozenset(self.stops),
            owner=str(known.get(self.owner, self.owner)),
            severity=self.severity,
            category=self.category,
            warn=tuple(self.warn),
            tell=tuple(dict.fromkeys(str(known.get(role, role)) for role in self.tell)),
            pauses=self.pauses,
            per_slip=self.per_slip,
            row=self.row,
            revives=frozenset(self.revives),
            extended_as=extendable if self.id in extendable else frozenset(),
            rolls=self.rolls,
            first_day=self.first_day,
        )

    def last_day(self, calendar: Calendar, start: date) -> Due | None:
        """The last day of the limit begun on `start`; None for hours, which a moment begins, and for named days."""
        if self.unit in (Unit.HOURS, Unit.PROMISED):
            return None
        return calendar.count(start, self.value, self.unit, rolls=self.rolls, first_day=self.first_day)


class Measure(Cited):
    """立即, 及时: no number in the source, so the time taken is measured and nobody is late."""

    id: str
    name: str
    starts: list[str]
    stops: list[str]
    owner: str = ""


class ExtensionRule(Data):
    """Who grants more time, for which limits, how often and how far; None means no cap in the source."""

    limits: list[str]
    approver: str | None = None
    notice: bool
    max_times: int | None = None
    max_days: int | None = None
    before_expiry: bool = False
    """Only while the old day has not passed (R20.06)."""
    agreed: bool = False
    """The complainant agrees to the new day (R3.07, R15.07, R20.06)."""
    row: Row
    quote: str = ""
