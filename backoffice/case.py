"""The page of a case (办理页): its words, its file, its limits, its story, and the next lawful steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response

from backoffice import bp, case_chains, case_slips
from backoffice.case_books import books_of
from backoffice.case_words import clock_rows, limit_name, timeline
from backoffice.return_visits import still_to_make
from shared import clock
from shared.domain import outcomes
from shared.domain.conflicts import AFTER_NAMING
from shared.domain.lifecycle import State, next_steps
from shared.domain.notices import receipt_tail
from shared.services import queries_approvals, reads
from shared.services.identities import MAY_OPEN
from shared.services.queries_case import CaseView, case_view, similar
from shared.services.queries_privacy import MAY_SEE
from shared.web import dates
from shared.web.auth import me
from shared.web.page import page

KEYS = {"accept": "A", "refuse": "R", "transfer": "T", "ask_question": "S"}
"""The letters that press a button (ux.md, quality 9)."""
ASIDE = (
    "reject_reply",
    "answer_at_once",
    "refer",
    "ask_question",
    "classify",
    "record_consent",
    "extend",
    "ask_extension",
    "rehandle",
    "name_respondents",
    "record_result",
    "add_note",
    "assess",
    "promise",
    "report_up",
    "lay_approval",
)
"""Steps that are lawful most of the time and seldom the next one."""
APART = frozenset({"send_back_opinion", "add_note"})
"""Steps that share a page with another, or have their own place on the page."""


def awaits_signature(view: CaseView) -> bool:
    """Whether a confidential transfer lies before a leader: the last that happened to it is that it was asked for."""
    told = [e.kind for e, _ in view.events if e.kind in {"transfer_asked", "transfer_declined", "transferred"}]
    return bool(told) and told[-1] == "transfer_asked"


def steps_of(view: CaseView) -> list[str]:
    """The steps to offer as buttons, the likeliest first; each is lawful by the table of steps."""
    found = [s.action for s in next_steps(State(view.case.state), view.roles, view.regime.routes)]
    extra = {
        "answer_question": view.case.waiting,
        "lapse_question": view.case.waiting,
        "ask_transfer": view.case.mode == "confidential",
        "sign_transfer": awaits_signature(view),
        "grant_extension": any(x.code == "asked" for x in view.of("extension")),
        "visit": still_to_make(view),
        "rate": not any(r.round == view.case.round and r.code for r in view.of("rating")),
    }
    extra |= case_chains.offered(view)
    found += [action for action, wanted in extra.items() if wanted and view.may(action)]
    first = pressing(view)
    moot = {
        "transfer": view.case.mode == "confidential",
        "ask_question": view.case.waiting,
        "record_result": not outcomes.asks(view.regime),
        "extend": view.running(view.regime.extension.limits) is None,
        "ask_extension": view.running(view.regime.extension.limits) is None or extra["grant_extension"],
    }
    others = queries_approvals.not_in_post(view.case, view.regime, view.roles, me(), clock.now())
    waits = {*others, *case_chains.waiting(view), *(AFTER_NAMING if "name_respondents" in first else ())}
    shown = [a for a in found if a not in APART and not moot.get(a) and a not in waits]
    return sorted(shown, key=lambda a: (a in ASIDE and a not in first, a not in first))


def pressing(view: CaseView) -> set[str]:
    """Steps that somebody waits for, though elsewhere they stand aside."""
    first = {"grant_extension", "sign_transfer"} | ({"lay_approval"} if case_chains.to_lay(view) else set())
    return first | ({"name_respondents"} if case_chains.superior_unnamed(view) else set())


@bp.get("/case/<int(max=9007199254740991):case_id>")
def case_page(case_id: int) -> Response:
    """A case with its whole file."""
    now = clock.now()
    reads.note(me(), now)  # a number per day: whoever reads in bulk shows
    view = case_view(case_id, me(), now)
    return page("backoffice/case.html", **context(view, now))


def context(view: CaseView, now: dt.datetime) -> dict[str, Any]:
    """What the page of a case shows."""
    steps = steps_of(view)
    return {
        "view": view,
        "case": view.case,
        "steps": steps,
        "leads": steps[:1] and (steps[0] not in ASIDE or steps[0] in pressing(view)),
        "books": books_of(view),
        "chains": case_chains.shown(view),
        "waiting": case_slips.waiting(view),
        "revocable": case_slips.revocable(view),
        "keys": KEYS,
        "tail": receipt_tail(view.case.receipt_no),
        "due": dates.due_mark(view.case, now, view.calendar),
        "limit": limit_name(view.regime, view.case.due_limit) if view.case.due_limit else "",
        "clocks": clock_rows(view, now),
        "story": timeline(view),
        "may_open": view.known and bool(view.roles & MAY_OPEN),
        "split": view.case.mode == "confidential",
        "may_note": view.may("add_note"),
        "may_attach": view.may("attach"),
        "privacy": privacy_marks(view),
        "name_of": lambda person_id: view.people.get(person_id, ""),
    }


def privacy_marks(view: CaseView) -> dict[str, bool]:
    """What the case's own story says of holds, erasure and requests that wait; `seen` says who may read on."""
    kinds = [e.kind for e, _name in view.events]
    return {
        "seen": bool(view.roles & MAY_SEE),
        "held": kinds.count("hold_set") > kinds.count("hold_lifted"),
        "asked": kinds.count("privacy_asked") > kinds.count("privacy_answered"),
        "erased": "erased" in kinds and not view.case.story,
    }


@bp.get("/case/<int(max=9007199254740991):case_id>/similar")
def case_similar(case_id: int) -> Response:
    """Other cases that tell of much the same; a part of the case page, or a page of its own."""
    rows = similar(case_id, me())
    return page("backoffice/case_similar.html", fragment="backoffice/_case_similar.html", rows=rows, case_id=case_id)
