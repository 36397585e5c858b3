"""Dates as people read them: 11月30日（周一）, how long a limit is, the days that are left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from flask import Flask, g

from shared import clock
from shared.db import FAR
from shared.domain.calendar import Calendar
from shared.domain.receipts import grouped
from shared.domain.regimes import LimitRule
from shared.language import gettext as _
from shared.language import language, ngettext
from shared.web.state import settings

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a page is read: what every date on it is written by."""

    zone: ZoneInfo
    now: dt.datetime
    chinese: bool

    @property
    def today(self) -> dt.date:
        """The day it is here."""
        return self.now.date()

    def day(self, value: dt.date | dt.datetime) -> str:
        """A day, with its year where that isn't this one."""
        date = value.astimezone(self.zone).date() if isinstance(value, dt.datetime) else value
        if self.chinese:
            return f"{self.bare_day(date)}（周{WEEKDAYS[date.weekday()]}）"
        return f"{date:%a} {self.bare_day(date)}"

    def bare_day(self, date: dt.date) -> str:
        """A day without its weekday."""
        this_year = date.year == self.now.year
        if self.chinese:
            return ("" if this_year else f"{date.year}年") + f"{date.month}月{date.day}日"
        return f"{date.day} {date:%b}" + ("" if this_year else f" {date.year}")

    def moment(self, value: dt.datetime) -> str:
        """A day and an hour."""
        local = value.astimezone(self.zone)
        this_year = local.year == self.now.year
        if self.chinese:
            return f"{'' if this_year else f'{local.year}年'}{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {local:%b}{'' if this_year else f' {local.year}'} {local:%H:%M}"


def zone() -> ZoneInfo:
    """The zone of the institution at hand, or the installation's."""
    institution = g.get("institution")
    return ZoneInfo(institution.time_zone if institution is not None else settings().time_zone)


def here() -> Here:
    """The page at hand."""
    place = zone()
    return Here(place, clock.now().astimezone(place), language().code == "zh")


def day(value: dt.date | dt.datetime | None) -> str:
    """A day, with its year where that isn't this one; nothing for nothing."""
    return here().day(value) if value is not None else ""


def day_text(value: str) -> str:
    """A day that stands as text among an event's facts."""
    return day(dt.date.fromisoformat(value))


def bare_day(value: dt.date) -> str:
    """A day without its weekday, where that stands beside it."""
    return here().bare_day(value)


def year_day(value: str) -> str:
    """A day of every year, written 05-01."""
    month, day = (int(part) for part in value.split("-"))
    return f"{month}月{day}日" if here().chinese else f"{day} {dt.date(2024, month, day):%b}"  # 2024 has every day


def full_day(value: dt.date | dt.datetime | None) -> str:
    """A day on paper: always with its year, for a paper is kept; nothing for nothing."""
    if value is None:
        return ""
    date = value.astimezone(zone()).date() if isinstance(value, dt.datetime) else value
    return f"{date.year}年{date.month}月{date.day}日" if here().chinese else f"{date.day} {date:%B} {date.year}"


def moment(value: dt.datetime | None) -> str:
    """A day and an hour; nothing for nothing."""
    return here().moment(value) if value is not None else ""


def month(value: str) -> str:
    """A month written 2026-11."""
    year, number = value.split("-")
    if language().code == "zh":
        return f"{year}年{int(number)}月"
    return dt.date(int(year), int(number), 1).strftime("%b %Y")


class Due(Protocol):
    """What a deadline mark reads of a case."""

    is_open: Any
    paused: Any
    due_at: Any
    due_provisional: Any


class DueMark(NamedTuple):
    """A limit as a mark shows it."""

    kind: str
    """over, today, soon, fine or pause."""
    text: str
    title: str = ""
    """The day in full."""
    provisional: bool = False
    """Whether the calendar of its year is not published yet."""


def span(rule: LimitRule) -> str:
    """How long a limit is, as people say it: 5 个工作日."""
    if rule.unit == "SD":
        return str(_("当日"))
    if rule.unit == "P":
        return str(_("约定的日期"))
    return {"WD": working_days, "CD": days, "H": hours, "M": months}[rule.unit](rule.value)


def within(rule: LimitRule) -> str:
    """What a citizen is told of a limit that counts from the decision to take a case on."""
    if rule.unit == "P":
        return str(_("受理以后，在约定的日期前%(name)s", name=rule.name))
    return str(_("受理以后，%(span)s内%(name)s", span=span(rule), name=rule.name))


def working_days(number: int) -> str:
    """So many working days."""
    return str(ngettext("%(num)d 个工作日", "%(num)d 个工作日", number))


def days(number: int) -> str:
    """So many days of the calendar."""
    return str(ngettext("%(num)d 日", "%(num)d 日", number))


def hours(number: int) -> str:
    """So many hours."""
    return str(ngettext("%(num)d 小时", "%(num)d 小时", number))


def months(number: int) -> str:
    """So many months."""
    return str(ngettext("%(num)d 个月", "%(num)d 个月", number))


def due_mark(case: Due, now: dt.datetime, calendar: Calendar) -> DueMark | None:
    """What the deadline mark shows of a case; nothing where no limit runs."""
    if not case.is_open:
        return None
    if case.paused:
        return DueMark("pause", _("已暂停"))
    if case.due_at >= FAR:
        return None
    return mark(case.due_at, now, calendar, provisional=case.due_provisional)


def mark(due_at: dt.datetime, now: dt.datetime, calendar: Calendar, *, provisional: bool = False) -> DueMark:
    """The mark of one running limit."""
    place = here()
    today, due = now.astimezone(place.zone).date(), due_at.astimezone(place.zone)
    left = calendar.working_days_left(today, due.date())
    if now >= due_at:
        kind, text = "over", ngettext("超期 %(num)d 个工作日", "超期 %(num)d 个工作日", max(1, -left))
    elif due.date() == today:
        kind, text = "today", _("今天 %(time)s", time=f"{due:%H:%M}")
    else:
        kind = "soon" if left <= 2 else "fine"
        text = ngettext("还剩 %(num)d 个工作日", "还剩 %(num)d 个工作日", left)
    return DueMark(kind, text, place.day(due), provisional)


def init(app: Flask) -> None:
    """Registers the filters."""
    app.add_template_filter(day, "day")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(full_day, "full_day")
    app.add_template_filter(day_text, "day_text")
    app.add_template_filter(month, "month")
    for length in (span, within, days, working_days):
        app.add_template_filter(length, length.__name__)
    app.jinja_env.globals.update(due_mark=due_mark, grouped=grouped)
