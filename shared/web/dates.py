"""Dates as people read them: 11月30日（周一）, how long a limit is, the days that are left."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from shared import clock
from shared.db import FAR
from shared.domain.calendar import Calendar
from shared.domain.receipts import grouped
from shared.domain.regimes import LimitRule
from shared.models.case import Case
from shared.web.state import settings

WEEKDAYS = "一二三四五六日"


def zone() -> ZoneInfo:
    """The zone of the institution at hand, or the installation's."""
    institution = g.get("institution")
    return ZoneInfo(institution.time_zone if institution is not None else settings().time_zone)


def _local(value: dt.date | dt.datetime) -> dt.date:
    return value.astimezone(zone()).date() if isinstance(value, dt.datetime) else value


def _chinese() -> bool:
    return str(get_locale() or "zh").startswith("zh")


def day(value: dt.date | dt.datetime | None) -> str:
    """A day, with its year where that isn't this one."""
    if value is None:
        return ""
    date = _local(value)
    if _chinese():
        return f"{bare_day(date)}（周{WEEKDAYS[date.weekday()]}）"
    return f"{date:%a} {bare_day(date)}"


def bare_day(value: dt.date | dt.datetime) -> str:
    """A day without its weekday, where that stands beside it."""
    date, this_year = _local(value), clock.now().astimezone(zone()).year
    if _chinese():
        return ("" if date.year == this_year else f"{date.year}年") + f"{date.month}月{date.day}日"
    return f"{date.day} {date:%b}" + ("" if date.year == this_year else f" {date.year}")


def moment(value: dt.datetime | None) -> str:
    """A day and an hour."""
    if value is None:
        return ""
    local = value.astimezone(zone())
    this_year = clock.now().astimezone(zone()).year
    year = "" if local.year == this_year else (f"{local.year}年" if _chinese() else f" {local.year}")
    if _chinese():
        return f"{year}{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def month(value: str) -> str:
    """A month written 2026-11."""
    year, number = value.split("-")
    if _chinese():
        return f"{year}年{int(number)}月"
    return dt.date(int(year), int(number), 1).strftime("%b %Y")


def span(rule: LimitRule) -> str:
    """How long a limit is, as people say it: 5 个工作日."""
    if rule.unit == "SD":
        return str(_("当日"))
    return {"WD": working_days, "CD": days, "H": hours}[rule.unit](rule.value)


def working_days(number: int) -> str:
    """So many working days."""
    return str(ngettext("%(num)d 个工作日", "%(num)d 个工作日", number))


def days(number: int) -> str:
    """So many days of the calendar."""
    return str(ngettext("%(num)d 日", "%(num)d 日", number))


def hours(number: int) -> str:
    """So many hours."""
    return str(ngettext("%(num)d 小时", "%(num)d 小时", number))


def due_mark(case: Case, now: dt.datetime, calendar: Calendar) -> dict[str, object] | None:
    """What the deadline mark shows of a case: its kind, its text, the date in full, whether it is provisional."""
    if not case.is_open:
        return None
    if case.paused:
        return {"kind": "pause", "text": _("已暂停"), "title": "", "provisional": False}
    if case.due_at >= FAR:
        return None
    return mark(case.due_at, now, calendar, provisional=case.due_provisional)


def mark(due_at: dt.datetime, now: dt.datetime, calendar: Calendar, *, provisional: bool = False) -> dict[str, object]:
    """The mark of one running limit."""
    today, due = now.astimezone(zone()).date(), due_at.astimezone(zone()).date()
    left = calendar.working_days_left(today, due)
    if now >= due_at:
        kind, text = "over", ngettext("超期 %(num)d 个工作日", "超期 %(num)d 个工作日", max(1, -left))
    elif due == today:
        kind, text = "today", _("今天 %(time)s", time=f"{due_at.astimezone(zone()):%H:%M}")
    else:
        kind = "soon" if left <= 2 else "fine"
        text = ngettext("还剩 %(num)d 个工作日", "还剩 %(num)d 个工作日", left)
    return {"kind": kind, "text": text, "title": day(due), "provisional": provisional}


def init(app: Flask) -> None:
    """Registers the filters."""
    app.add_template_filter(day, "day")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(month, "month")
    for length in (span, days, working_days):
        app.add_template_filter(length, length.__name__)
    app.jinja_env.globals.update(due_mark=due_mark, grouped=grouped)
