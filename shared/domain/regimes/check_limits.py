"""Limits against their events, against each other, and against the very words they quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from shared.domain.calendar import Unit
from shared.domain.regimes.book import Regime
from shared.domain.regimes.faults import Fault, fault
from shared.domain.regimes.limits import LimitRule
from shared.domain.regimes.vocabulary import EVENTS

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SAID = re.compile(r"([0-9]+|[零〇一二两三四五六七八九十百]+)\s*个?(工作[日曰]|小时|月|天|日)")
_UNITS = {"工作日": Unit.WORKING_DAYS, "工作曰": Unit.WORKING_DAYS, "小时": Unit.HOURS, "月": Unit.MONTHS}
_SAME_DAY = re.compile(r"当天|当日")


def number(text: str) -> int:
    """A number in digits or in Chinese words below a thousand: 三十 is 30."""
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total, digit = total + (digit or 1) * (10 if c == "十" else 100), 0
        else:
            digit = DIGITS[c]
    return total + digit


def said(quote: str) -> set[tuple[int, Unit]]:
    """The terms that a quoted phrase names: 「5个工作日」 is 5 WD, 「三天」 3 CD, 「当日」 the same day."""
    found = {(number(n), _UNITS.get(unit, Unit.CALENDAR_DAYS)) for n, unit in _SAID.findall(quote)}
    return found | ({(0, Unit.SAME_DAY)} if _SAME_DAY.search(quote) else set())


def faults(book: Regime) -> Iterator[Fault]:
    """Whatever is wrong with limits and measures."""
    classes, categories = {s.code for s in book.severities}, {c.code for c in book.categories}
    blank = {b.key for b in book.blanks}
    for measure in book.measures:
        yield from _events(f"measures.{measure.id}", measure.starts, measure.stops)
    for rule in book.limits:
        key = f"limits.{rule.id}"
        yield from _events(key, rule.starts, rule.stops)
        yield from (fault("event_unknown", f"{key}.revives", e) for e in rule.revives if e not in EVENTS)
        if rule.severity and rule.severity not in classes:
            yield fault("severity_unknown", f"{key}.severity", rule.severity)
        if rule.category and rule.category not in categories:
            yield fault("category_unknown", f"{key}.category", rule.category)
        if f"{key}.value" not in blank:
            yield from _against_words(rule, key)
    yield from _two_for_one(book)


def _events(key: str, starts: list[str], stops: list[str]) -> Iterator[Fault]:
    for name, events in (("start", starts), ("stop", stops)):
        if not events:
            yield fault(f"no_{name}", f"{key}.{name}s")
        yield from (fault("event_unknown", f"{key}.{name}s", e) for e in events if e not in EVENTS)


def _against_words(rule: LimitRule, key: str) -> Iterator[Fault]:
    if not rule.quote:
        if rule.row != "cfg":
            yield fault("quote_missing", f"{key}.quote")
        return
    terms = said(rule.quote)
    if not terms or rule.unit is Unit.PROMISED or (rule.value, rule.unit) in terms:
        return
    units = {unit for _, unit in terms}
    if rule.unit not in units:
        yield fault("unit_mismatch", f"{key}.unit", rule.unit, f'unit = "{min(units)}"')
    else:
        yield fault("value_mismatch", f"{key}.value", rule.value, f"value = {min(terms)[0]}")


def _two_for_one(book: Regime) -> Iterator[Fault]:
    for one, other in combinations(book.limits, 2):
        same = set(one.starts) == set(other.starts) and set(one.stops) == set(other.stops)
        apart = one.severity != other.severity and None not in (one.severity, other.severity)
        if same and not apart and one.category == other.category and one.per_slip == other.per_slip:
            yield fault("twice", f"limits.{other.id}", one.id, 'severity = "general"')
