"""A case in staff words: what happened, by whom, and how each due day comes about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from backoffice import bp
from shared.domain.calendar import Calendar, Line
from shared.domain.clocks import Clock, explain
from shared.domain.regimes import Regime
from shared.models.event import Event
from shared.services.queries_case import CaseView
from shared.web import dates
from shared.web.dates import DueMark
from shared.web.labels import label
from shared.web.phrases import beside, listed
from shared.web.phrases import facts as joined

WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
WHY = {
    "contact": _l("联系来信人"),
    "verify": _l("核实情况"),
    "feedback": _lp("why", "答复来信人"),
    "form": _lp("why", "打印登记表"),
    "danger": _l("有人身危险"),
}
"""Why somebody looked at who complained."""
TONES = {
    "refused": "bad",
    "reply_rejected": "bad",
    "reopened": "bad",
    "answered": "ok",
    "answered_directly": "ok",
    "closed": "ok",
}
DECISIONS = {
    "approve_reply": _l("审核回复"),
    "grant_return": _l("决定退回申请"),
    "approve_opinion": _l("审批处理意见"),
    "grant_extension": _l("审批延期申请"),
    "sign_transfer": _l("审看保密来信的转办"),
}
"""Pages on which one decides between two steps."""
MINOR = frozenset({"clock_warning", "clock_overdue"})


@bp.app_template_global()
def step_name(kind: str, action: str) -> str:
    """What a step's button and page are called."""
    return str(DECISIONS.get(action) or label(kind, action))


def actor_name(event: Event, name: str, regime: Regime) -> str:
    """Who acted, and in which role."""
    if event.actor_id is None:
        return label("actor", event.actor_role)
    title = regime.name_of("roles", event.actor_role)
    return beside(name, title)


def timeline(view: CaseView) -> list[dict[str, Any]]:
    """What happened, newest first."""
    rows = [
        {
            "title": label("event", event.kind),
            "when": dates.moment(event.at),
            "iso": event.at.isoformat(timespec="seconds"),
            "by": actor_name(event, name, view.regime),
            "text": said(event, view),
            "tone": TONES.get(event.kind),
        }
        for event, name in view.events
        if event.kind not in MINOR
    ]
    return rows[::-1]


def said(event: Event, view: CaseView) -> str:
    """The facts of an event in words."""
    facts, book = event.facts, view.regime
    spoken: dict[str, Callable[[Any], Any]] = {
        "channel": lambda v: label("channel", v),
        "mode": lambda v: label("mode", v),
        "category": lambda v: book.name_of("categories", v),
        "severity": lambda v: book.name_of("severities", v),
        "ground": lambda v: next((g.name for g in book.refusal.grounds if g.code == v), ""),
        "unit": view.unit_name,
        "action": str,
        "outcome": lambda v: book.name_of("outcomes", v),
        "amount": lambda v: _("%(n)s 元", n=v),
        "person": lambda v: view.people.get(v, ""),
        "result": lambda v: label("co_state", v),
        "means": lambda v: label("means", v),
        "how": lambda v: label("consent", v),
        "level": lambda v: label("level", v),
        "way": lambda v: label("visit_way", v),
        "on": _day,
        "half": lambda v: label("half_day", v),
        "appointment": lambda v: label("appointment_state", v),
        "tries": lambda v: _("第 %(n)s 次", n=v),
        "why": lambda v: str(WHY.get(v, "")),
        "was": lambda v: _("原定%(day)s", day=_day(v)),
        "until": lambda v: _("到%(day)s", day=_day(v)),
        "subject": lambda v: label("subject", v),
        "stands": lambda v: label("approval_state", v),
        "rung": lambda v: next((r.name for r in book.ladder if r.code == v), ""),
        "fired": lambda v: listed(t.name for t in book.triggers if t.code in v),
        "told": lambda v: _("已报告%(who)s", who=listed(book.name_of("roles", r) for r in v)),
        "asked_until": lambda v: _("申请延到%(day)s", day=_day(v)),
        "round": lambda v: _("第 %(n)s 轮", n=v),
    }
    parts = [str(spoken[k](v)) for k, v in sorted(facts.items(), key=lambda kv: kv[0]) if k in spoken and v]
    return joined(parts)


def _day(iso: Any) -> str:
    try:
        return dates.day(dt.date.fromisoformat(str(iso)))
    except ValueError:
        return ""


def limit_name(regime: Regime, limit_id: str) -> str:
    """The limit in the regime's words."""
    rule = regime.limit(limit_id)
    return rule.name if rule is not None else label("limit", limit_id)


def clock_rows(view: CaseView, now: dt.datetime) -> list[dict[str, Any]]:
    """Every limit that ran or runs: what it is, from when, to when, how it stands, day by day."""
    return [_clock_row(c, view, now) for c in sorted(view.clocks, key=lambda c: (c.stopped_at is not None, c.due_at))]


def _clock_row(found: Clock, view: CaseView, now: dt.datetime) -> dict[str, Any]:
    rule = view.regime.limit(found.limit.id)
    slip = next((s.number for s in view.slips if s.id == found.slip), "")
    return {
        "name": limit_name(view.regime, found.limit.id),
        "slip": slip,
        "length": dates.span(rule) if rule is not None else "",
        "row": rule.row if rule is not None else "",
        "quote": rule.quote.replace(",", "，") if rule is not None else "",  # the digest has narrow commas
        "started": found.started_at,
        "due": found.due_day,
        "first_due": found.first_due_day if found.first_due_day != found.due_day else None,
        "stopped": found.stopped_at,
        "late": found.met_late,
        "paused": found.paused_since,
        "right": bool(rule and rule.right),
        "running": found.stopped_at is None and view.case.is_open,
        "mark": _mark(found, view, now),
        "days": explained(found, view.calendar),
        "id": f"c{found.start_seq}-{found.limit.id}",
    }


def _mark(found: Clock, view: CaseView, now: dt.datetime) -> DueMark | None:
    if found.stopped_at is not None or not view.case.is_open:
        return None
    if found.paused_since is not None:
        return DueMark("pause", _("已暂停"))
    return dates.mark(found.due_at, now, view.calendar, provisional=found.provisional)


def explained(found: Clock, calendar: Calendar) -> list[dict[str, Any]]:
    """How the due day comes about, day by day; the last line is the due day."""
    lines = explain(found, calendar)
    return [_line(line, last=n == len(lines)) for n, line in enumerate(lines, 1)]


def _line(line: Line, *, last: bool) -> dict[str, Any]:
    why = label("day_reason", line.reason)
    notes = [line.name, _("放假安排未公布，暂定") if line.provisional else ""]
    return {
        "date": dates.bare_day(line.day),
        "weekday": WEEKDAYS[line.day.weekday()],
        "n": line.counted,
        "why": beside(why, joined(notes)) + (_("。期限到这一天下班为止") if last else ""),
        "last": last,
    }
