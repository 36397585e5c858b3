"""What a text message may be: how long, with which variables, at which hours, and what its template's state allows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.notices import BY_CODE, SMS_NOTICES, segments, sms_length

NEUTRAL_NOTICE = "neutral"
"""The template of the message that says nothing but that there is one."""
TEMPLATED = (*SMS_NOTICES, NEUTRAL_NOTICE)
PROVIDERS = ("aliyun", "tencent", "gateway")
ONE_MESSAGE = 70
LONGEST_TEXT = 500
# As long as a value may become: a day written out in Chinese, a telephone number with area code, four digits.
LENGTHS = {"tail": 4, "due": 11, "was_due": 11, "phone": 13}
_VARIABLE = re.compile(r"\{([a-z_]{1,20})\}")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
URGENT_NOTICES: frozenset[str] = frozenset()
"""Notices that a text message may wake somebody for: none of those that citizens get by SMS today."""


class TemplateState(StrEnum):
    """Where a template stands with the provider; only an approved one is sent."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


def variables(text: str) -> tuple[str, ...]:
    """The {names} in a template's text, in their order, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its {names} replaced; a name without a value stays as it is."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a message becomes at most, its 【signature】 included, and as how many it is charged."""

    length: int
    segments: int

    @property
    def too_long(self) -> bool:
        """Whether it no longer fits into one message."""
        return self.length > ONE_MESSAGE


def measure(sign: str, text: str) -> Measure:
    """Counts a template with every variable at its longest."""
    whole = f"【{sign}】" + filled(text, {name: "0" * length for name, length in LENGTHS.items()})
    return Measure(sms_length(whole), segments(whole))


def missing(notice: str, text: str) -> tuple[str, ...]:
    """The facts that the notice owes and the text doesn't state."""
    owed = BY_CODE[notice].facts if notice in BY_CODE else ()
    return tuple(name for name in owed if name not in variables(text))


def unknown(notice: str, text: str) -> tuple[str, ...]:
    """The variables that no fact of the notice fills."""
    known: Collection[str] = (*BY_CODE[notice].facts, *BY_CODE[notice].optional) if notice in BY_CODE else ()
    return tuple(name for name in variables(text) if name not in known)


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when text messages may go, in the institution's zone."""

    opens: dt.time
    closes: dt.time

    def next_open(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """The moment from which it may go, None where that is now."""
        local = now.astimezone(zone)
        if self.opens <= local.time() < self.closes:
            return None
        day = local.date() if local.time() < self.opens else local.date() + dt.timedelta(days=1)
        return dt.datetime.combine(day, self.opens, tzinfo=zone).astimezone(dt.UTC)

    def tomorrow(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """When the next day's messages begin."""
        day = now.astimezone(zone).date() + dt.timedelta(days=1)
        return dt.datetime.combine(day, self.opens, tzinfo=zone).astimezone(dt.UTC)


def read_hours(typed: str) -> Hours | None:
    """`08:00-21:00` as hours, None where it isn't that or closes before it opens."""
    found = _HOURS.fullmatch(typed.strip().replace("：", ":").replace("—", "-").replace("–", "-").replace(" ", ""))
    if not found:
        return None
    first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    if first >= last or first[0] == 24 or last > (24, 0):
        return None
    closes = dt.time.max if last == (24, 0) else dt.time(*last)
    return Hours(dt.time(*first), closes)
