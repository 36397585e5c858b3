"""Limits that laws outside the rule books set, by the days on which they are in force: values to fill a blank with."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from tomllib import loads

from pydantic import Field

from shared.domain.calendar import Unit
from shared.domain.regimes import Blank, Regime
from shared.domain.regimes.base import Code, Data

PLACE = Path(__file__).with_name("presets.toml")


class Preset(Data):
    """One limit of one law; `until` is its last day in force, `replaced_by` says what came after it."""

    code: Code
    name: str
    law: str
    text: str
    value: int = Field(ge=1, le=366)
    unit: Unit
    since: dt.date
    until: dt.date | None = None
    replaced_by: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Whether it may be adopted for a rule that begins on this day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def cited(self) -> str:
        """The law with its words, as the reason for a value."""
        return f"{self.law}：{self.text}"


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, in the file's order."""
    return tuple(Preset(**one) for one in loads(PLACE.read_text(encoding="utf-8"))["presets"])


def fitting(book: Regime, blank: Blank) -> list[Preset]:
    """The presets in the blank's own unit and within its bounds, in force or not; none for what is no limit."""
    unit = _unit(book, blank)
    return [one for one in presets() if one.unit is unit and blank.least <= one.value <= blank.most]


def chosen(book: Regime, blank: Blank, code: str, day: dt.date) -> Preset | None:
    """The preset of this code, if it fits the blank and is in force on the day."""
    return next((one for one in fitting(book, blank) if one.code == code and one.in_force(day)), None)


def _unit(book: Regime, blank: Blank) -> Unit | None:
    part, *rest = blank.key.split(".")
    if blank.kind != "number":
        return None
    if part == "limits" and rest[-1:] == ["value"]:
        rule = book.limit(rest[0])
        return rule.unit if rule else None
    if blank.key == "extension.max_days":
        return Unit.CALENDAR_DAYS  # counted from the old last day, whatever the limit itself counts
    return None
