"""When a day begins, and a working day: the moment at which a digest goes out."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from shared.domain.calendar import ONE_DAY, Calendar

NINE = dt.time(9, 0)
"""Where an institution's hours name no hour."""
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")


def opens_at(hours: str) -> dt.time:
    """The first hour that an institution's opening hours name, e.g. 8:30 of 工作日 8:30—12:00，14:30—17:30."""
    found = _HOUR.search(hours)
    return dt.time(int(found[1]), int(found[2])) if found else NINE


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The moment at which a day begins there, in UTC."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def next_morning(now: dt.datetime, hours: str, zone: ZoneInfo, calendar: Calendar) -> dt.datetime:
    """The next beginning of a working day, later than `now`."""
    local = now.astimezone(zone)
    opens = opens_at(hours)
    day = local.date() if local.time() < opens else local.date() + ONE_DAY
    while not calendar.is_working(day):
        day += ONE_DAY
    return dt.datetime.combine(day, opens, tzinfo=zone).astimezone(dt.UTC)


def in_hours(now: dt.datetime, hours: str, zone: ZoneInfo, calendar: Calendar) -> bool:
    """Whether a working day has begun."""
    local = now.astimezone(zone)
    return calendar.is_working(local.date()) and local.time() >= opens_at(hours)


def working_day_before(now: dt.datetime, zone: ZoneInfo, calendar: Calendar) -> dt.datetime:
    """The same hour, one working day ago."""
    local = now.astimezone(zone)
    day = calendar.back(local.date(), 1)
    return dt.datetime.combine(day, local.time(), tzinfo=zone).astimezone(dt.UTC)
