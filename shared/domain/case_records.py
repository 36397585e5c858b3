"""What is kept on record while a case is handled: who was heard, what was looked at, what was told to whom.

One table for all kinds: what each must hold, who keeps it, which event it adds. A rule book calls for a kind in
`[[records]]`; a record is never changed, what was wrong is said in a further one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.handling import RecordRule
from shared.domain.regimes.intake import TimeWindow

_R = Role
HEARS = frozenset({_R.INTAKE, _R.CHIEF, _R.INVESTIGATOR})
LOOKS = frozenset({_R.INTAKE, _R.DISPATCHER, _R.CHIEF, _R.INVESTIGATOR, _R.GOV_LEADER})
TELLS = frozenset({_R.INTAKE, _R.CHIEF})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record; `results` maps what came of it to the event that it adds, `needs` are its required fields."""

    results: dict[str, str]
    roles: frozenset[Role]
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    channels: frozenset[str] = frozenset()
    """Only for what came in by these channels; empty is all."""
    until_archived: bool = False
    """May still be kept when the citizen has the answer."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it has."""
        return self.needs + self.may


KINDS: dict[str, Kind] = {
    # R17.04: 投诉人和被投诉人的陈述和申辩; the respondent's own answers a rule book's limit on it (R24.10)
    "statement": Kind(
        {"complainant": "statement_taken", "respondent": "respondent_answered"}, HEARS, ("text", "at"), ("files",)
    ),
    "consultation": Kind({"": "consulted"}, LOOKS, ("units", "text", "at"), ("partner", "files")),  # R2.13, R17.06
    "site_survey": Kind(  # R15.02, R15.04: the level that looks can solve it, or can't, or the level above can't either
        {"solved": "surveyed", "unsolved": "survey_failed", "unsolvable": "found_unsolvable"},
        LOOKS,
        ("partner", "text", "at"),
        ("files",),
    ),
    "survey_report": Kind({"": "survey_reported"}, LOOKS, ("partner", "text", "files", "at")),  # R15.05
    "joint_survey": Kind({"": "promised"}, LOOKS, ("units", "text", "day", "at"), ("files",)),  # R15.08
    "by_date": Kind({"": "judged_by_date"}, LOOKS - {_R.INVESTIGATOR}, ("day",)),  # R15.06, R23.03
    "report_up": Kind({"": "reported_up"}, LOOKS, ("partner", "text", "at"), ("files",)),  # R15.04, R25.06
    "upper_report": Kind(  # R4.05
        {"": "upper_reported"},
        TELLS,
        ("partner", "text", "at"),
        ("files",),
        channels=frozenset({"upper"}),
        until_archived=True,
    ),
    "sender_reply": Kind(  # R25.04
        {"": "sender_replied"},
        TELLS,
        ("partner", "text", "at"),
        ("files",),
        channels=frozenset({"referral"}),
        until_archived=True,
    ),
}
KEEPERS = frozenset().union(*(kind.roles for kind in KINDS.values()))
EVENTS = frozenset(event for kind in KINDS.values() for event in kind.results.values()) | {"unit_assigned"}
SIDES = frozenset({"complainant", "respondent"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody keeps: `partner` is who was there or was told, `day` the day agreed or judged by."""

    kind: str
    result: str = ""
    text: str = ""
    partner: str = ""
    units: tuple[int, ...] = ()
    day: dt.date | None = None
    at: dt.datetime | None = None


def called_for(book: Regime, channel: str) -> list[RecordRule]:
    """The records that a case by this channel may need, in the rule book's order."""
    return [rule for rule in book.records if not KINDS[rule.kind].channels or channel in KINDS[rule.kind].channels]


def rule_of(book: Regime, kind: str, channel: str) -> RecordRule:
    """The rule that calls for it; raises Refused('no_such_case') where none does."""
    found = next((rule for rule in called_for(book, channel) if rule.kind == kind), None)
    if found is None:
        raise Refused("no_such_case")
    return found


def check(entry: Entry, roles: Iterable[Role], now: dt.datetime, *, files: int, running: bool) -> str:
    """The event that the record adds.

    Raises Refused('not_yours'), Refused('not_now') when the case has its answer, Refused('missing', field),
    Refused('past_day') for a day agreed that is over, Refused('future_time') for what is still to come.
    """
    kind = KINDS[entry.kind]
    if not kind.roles & set(roles):
        raise Refused("not_yours", action="keep_record")
    if not (running or kind.until_archived):
        raise Refused("not_now", action="keep_record")
    if entry.result not in kind.results:
        raise Refused("missing", field="result")
    said = {"text": entry.text.strip(), "partner": entry.partner.strip(), "units": entry.units, "day": entry.day}
    for name in kind.needs:
        if not {**said, "files": files, "at": entry.at}[name]:
            raise Refused("missing", field=name)
    if entry.at is not None and entry.at > now:
        raise Refused("future_time", field="at")
    return kind.results[entry.result]


def still_missing(book: Regime, channel: str, kept: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the rule book calls for and nobody has kept: kind and side; both sides of a matter are heard (R17.04)."""
    have = set(kept)
    rules = {rule.kind for rule in called_for(book, channel)}
    sides = [("statement", side) for side in sorted(SIDES) if "statement" in rules and ("statement", side) not in have]
    told = [(kind, "") for kind in ("upper_report", "sender_reply") if kind in rules and (kind, "") not in have]
    return sides + told


def within(window: TimeWindow, day: dt.date, on: dt.date) -> bool:
    """Whether `on` lies in the time that begins on `day`: 50 days hold the fiftieth, a year ends before its day."""
    if window.unit == "CD":
        return on <= day + dt.timedelta(days=window.value)  # R23.03: 集中交付后50天内
    months = window.value if window.unit == "M" else 12 * window.value
    return on < later(day, months)  # R15.06: exactly a year is 满一年


def judged(window: TimeWindow, day: dt.date, on: dt.date) -> str:
    """The category, unit or role that follows from the date."""
    return window.inside if within(window, day, on) else window.outside


def later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, the month's last where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
