"""What stands in the rows of a form: each thing that the product knows of a case or of a slip, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from backoffice.copies import copy_names
from shared import clock
from shared.domain.receipts import grouped
from shared.models.slip import Reply, Slip
from shared.services.identities import Identity
from shared.services.queries_case import CaseView
from shared.services.queries_slip import SlipView
from shared.web import dates
from shared.web.labels import label
from shared.web.phrases import beside, listed

Values = dict[str, Callable[[], Any]]
DECIDED = frozenset({"approved", "handed_in"})


def of_case(view: CaseView, opened: Identity | None) -> Values:
    """Everything known of a case; who complained only where it has been opened."""
    case, book = view.case, view.regime
    first = next((name for e, name in view.events if e.kind == "received"), "")
    accepted = next((p for p in view.of("decision") if p.code == "accepted"), None)
    answer = next(reversed(view.of("answer")), None)
    rating = next((p for p in reversed(view.of("rating")) if p.code), None)
    promised = next((e.facts.get("until") for e, _n in reversed(view.events) if e.kind == "promised"), "")
    slip = next((s for s in reversed(view.slips) if s.state not in ("withdrawn", "returned", "cancelled")), None)
    due = next((c for c in reversed(view.clocks) if c.limit.id in view.regime.extension.limits), None)
    return {
        "receipt_no": lambda: grouped(case.receipt_no),
        "received_at": lambda: _moment(case.received_at),
        "accepted_at": lambda: dates.full_day(accepted.at if accepted else None),
        "accepted_by": lambda: view.people.get(accepted.by_id or 0, "") if accepted else "",
        "due_day": lambda: dates.full_day(due.due_day if due else None),
        "closed_at": lambda: dates.full_day(case.closed_at),
        "channel": lambda: beside(label("channel", case.channel), case.upper_body),
        "category": lambda: book.name_of("categories", case.category),
        "severity": lambda: book.name_of("severities", case.severity),
        "taken_by": lambda: first,
        "respondent": lambda: case.respondent,
        "story": lambda: case.story,
        "wish": lambda: case.wish,
        "answer": lambda: answer.text if answer else "",
        "answered_at": lambda: dates.full_day(answer.at if answer else None),
        "answered_by": lambda: view.people.get(answer.by_id or 0, "") if answer else "",
        "means": lambda: label("means", answer.code) if answer else "",
        "satisfaction": lambda: label("level", rating.code) if rating else _level(answer.rest if answer else ""),
        "files": lambda: listed([f.name for f in view.files]),
        "promised_day": lambda: _iso(promised or view.filled.get("promised_for", "")),
        "complainant": lambda: (opened.identity if opened else {}).get("name", ""),
        "contact": lambda: _reach(opened),
        **_slip(slip, view.unit_name, view.people),
        **_reply(view.last_reply("handed_in", "approved", "submitted"), view.people),
        "unit": lambda: view.unit_name(slip.unit_id if slip else case.unit_id),
        "co_units": lambda: listed([view.unit_name(h.unit_id) for h in view.helps if slip and h.slip_id == slip.id]),
        **_now(),
    }


def of_slip(view: SlipView) -> Values:
    """Everything a unit may know: the slip's own words, never the complaint's."""
    slip, book = view.slip, view.regime
    shown = view.readable and not slip.recalled_at
    due = view.due
    return {
        "received_at": lambda: dates.full_day(slip.issued_at),
        "category": lambda: book.name_of("categories", view.category),
        "severity": lambda: book.name_of("severities", view.severity),
        "story": lambda: slip.text if shown else "",
        "due_day": lambda: dates.full_day(due.due_day if due else None),
        "files": lambda: listed(copy_names(view.copies)) if shown else "",
        **_slip(slip if shown else None, view.unit_name, view.people),
        **_reply(view.reply("handed_in", "approved", "submitted"), view.people),
        "unit": lambda: view.unit_name(slip.unit_id),
        "co_units": lambda: listed([view.unit_name(h.unit_id) for h in view.helps if h.state in ("agreed", "done")]),
        **_now(),
    }


def _slip(slip: Slip | None, unit_name: Callable[[int | None], str], people: dict[int, str]) -> Values:
    if slip is None:
        return {}
    return {
        "slip_no": lambda: slip.number,
        "section": lambda: unit_name(slip.section_id),
        "signed_by": lambda: people.get(slip.signed_by or 0, ""),
        "signed_at": lambda: _moment(slip.signed_at),
        "points": lambda: slip.points,
    }


def _reply(reply: Reply | None, people: dict[int, str]) -> Values:
    if reply is None:
        return {}
    approved = reply.state in DECIDED
    return {
        "solution": lambda: reply.solution,
        "opinion": lambda: reply.opinion,
        "plan": lambda: reply.plan,
        "reason": lambda: reply.reason,
        "approved_by": lambda: people.get(reply.approver_id or 0, "") if approved else "",
        "approved_at": lambda: dates.full_day(reply.decided_at) if approved else "",
    }


def _now() -> Values:
    return {"printed_at": lambda: dates.full_day(clock.now())}


def _level(code: str) -> str:
    return label("level", code) if code else ""


def _reach(opened: Identity | None) -> str:
    held = opened.contact if opened else {}
    return listed([held.get("phone"), held.get("email")])


def _iso(day: Any) -> str:
    try:
        return dates.full_day(dt.date.fromisoformat(str(day)))
    except ValueError:
        return ""


def _moment(at: dt.datetime | None) -> str:
    return f"{dates.full_day(at)} {at.astimezone(dates.zone()):%H:%M}" if at else ""
