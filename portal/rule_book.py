"""The rule book in plain words for its page: by which channels, at what hours, who is on duty when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from shared.domain.regimes import Regime
from shared.domain.regimes.people import Season
from shared.web import dates
from shared.web.labels import label
from shared.web.phrases import listed

INTERNAL = ("penalties.", "forms.", "reports.", "rates.")
"""Tables of an institution's own housekeeping: what is set there concerns no complainant."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how, and where it stands."""

    name: str
    text: str
    row: str = ""
    quote: str = ""


def channels(book: Regime) -> list[Line]:
    """How one may complain, by the rule book's own names."""
    rules = {rule.code: rule for rule in book.channel_rules}
    found = []
    for code in book.channels:
        rule = rules.get(code)
        if code != "upper":  # what an upper body sends down is no way for a citizen
            found.append(Line((rule and rule.name) or label("channel", code), "", rule.row if rule else "", ""))
    return found


def hours(book: Regime) -> list[Line]:
    """Office hours by season, and the times in which somebody is on duty round the clock."""
    found = [Line(one.name or str(_("全年")), _spans(one), one.row, one.quote) for one in book.office_hours]
    for roster in book.rosters:
        text = _("24 小时值班") if roster.all_day else _("有人值班")
        found.append(Line(roster.name + _period(roster.first, roster.last), str(text), roster.row, roster.quote))
    return found


def _spans(one: Season) -> str:
    spans = listed(f"{opens.lstrip('0')}–{closes.lstrip('0')}" for opens, closes in one.spans)
    return _period(one.first, one.last).strip() + " " + spans if one.first else spans


def _period(first: str | None, last: str | None) -> str:
    if not first or not last:
        return ""
    return " " + str(_("%(first)s至%(last)s", first=dates.year_day(first), last=dates.year_day(last)))


def about(book: Regime) -> dict[str, Any]:
    """Everything the page needs beside the clauses."""
    set_here = [b for b in book.blanks if b.value is not None and not b.key.startswith(INTERNAL)]
    return {"channels": channels(book), "duty_hours": hours(book), "set_here": set_here}
