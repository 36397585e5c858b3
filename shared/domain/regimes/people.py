"""Who acts under a rule book: its own names for roles, duty rosters, office hours, tiers of the organisation."""

from __future__ import annotations

from pydantic import Field

from shared.domain.lifecycle import Role
from shared.domain.regimes.base import Cited, Data, DayOfYear, Hour, Named


class RoleName(Named):
    """A role by the rule book's own name, and which of the product's roles whoever holds it acts in."""

    acts_as: list[Role] = Field(default=[], alias="as")
    """Empty: the code is itself a role of the product."""
    unit: str = ""
    """Where it sits, in the rule book's words: 医患办, 责任部门."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The product's roles behind this name; none for one who only stands in the text."""
        if self.acts_as:
            return tuple(self.acts_as)
        return (Role(self.code),) if self.code in set(Role) else ()


class Season(Cited):
    """Office hours in a part of the year; without `first` and `last` all the year round."""

    name: str = ""
    first: DayOfYear | None = None
    last: DayOfYear | None = None
    spans: list[tuple[Hour, Hour]] = Field(min_length=1)
    """Opening and closing, in order: the last closing ends the day."""


class Roster(Cited):
    """A time in which somebody has to be on duty; without days it is kept as the institution lists them."""

    code: str
    name: str
    first: DayOfYear | None = None
    last: DayOfYear | None = None
    all_day: bool = False
    """Twenty-four hours."""
    role: str = ""
    keeps: list[str] = []
    """Which records whoever is on duty keeps."""


class Tier(Cited):
    """A level of the organisation, from the lowest: shop, region, head office."""

    code: str
    name: str
    role: str = ""


class Duty(Named):
    """A duty that is no step of a case: training, a record to be read every day."""


class Office(Data):
    """Where a rule book's institution sits, in its words, for pages that introduce it."""

    kind: str = ""
    office: str = ""
    unit: str = ""
    public: bool = False
    """A public body: its papers are laid out by GB/T 9704."""
    complainant: str = ""
    """患者, 业主, 用户: what the person is called who complains."""
