"""What the page of a case shows of facts, approvals, ladder and named days: all from the case's own story."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from shared.domain import approvals, triggers
from shared.domain.approvals import GUARDS, Standing
from shared.domain.ladders import next_rung, rung_of
from shared.domain.lifecycle import CASE_STEPS, Step
from shared.domain.regimes import Regime
from shared.models.event import Event
from shared.services.promises import named_limits
from shared.services.queries_case import CaseView
from shared.services.tracks import RUNNING
from shared.web import dates
from shared.web.addresses import address
from shared.web.labels import label
from shared.web.phrases import beside, listed, named

REQUESTS = frozenset({"approval_laid", "approval_given", "approval_passed", "approval_declined"})


def this_round(view: CaseView) -> list[Event]:
    """What has happened since the case was taken up, or taken up again."""
    events = [event for event, _name in view.events]
    return events[max((n for n, one in enumerate(events, 1) if one.kind == "reopened"), default=0) :]


def classes(view: CaseView) -> frozenset[str]:
    """What a chain may be bound to."""
    return frozenset({view.case.severity, view.case.category} - {""})


def requests(view: CaseView) -> dict[str, dict[str, Any]]:
    """The last word on the newest request of each subject."""
    return {one.facts["subject"]: one.facts for one in this_round(view) if one.kind in REQUESTS}


def stands(view: CaseView) -> dict[str, str]:
    """How the newest request of each subject stands."""
    return {subject: facts.get("stands", str(Standing.ASKED)) for subject, facts in requests(view).items()}


def waiting(view: CaseView) -> dict[str, str]:
    """The steps that may not be taken yet, each with the subject whose approval it waits for."""
    how = stands(view)
    found = {action: approvals.missing(view.regime, action, classes(view), how) for action in GUARDS}
    return {action: of for action, of in found.items() if of}


def to_lay(view: CaseView) -> list[str]:
    """The subjects that have to be laid now: a step of this state waits for them, and nobody has asked."""
    how = stands(view)
    owed = [of for action, of in waiting(view).items() if _near(view, CASE_STEPS[action])]
    return [of for of in dict.fromkeys(owed) if how.get(of) != Standing.ASKED]


def _near(view: CaseView, step: Step) -> bool:
    """Whether somebody could take the step in this state."""
    return view.case.state in step.frm and (step.route is None or step.route in view.regime.routes)


def choices(view: CaseView) -> list[tuple[str, str, str]]:
    """What can be laid now: subject, its words, who decides; what is owed comes first."""
    how, owed = stands(view), to_lay(view)
    found = [one for one in approvals.subjects(view.regime, classes(view)) if how.get(one.of) != Standing.ASKED]
    found.sort(key=lambda one: one.of not in owed)
    return [(one.of, label("subject", one.of), way_of(view, approvals.chain_of(one))) for one in found]


def way_of(view: CaseView, chain: approvals.Chain) -> str:
    """The posts of a chain in their order."""
    levels = [_(" 或者 ").join(_post(view, post) for post in level.roles) for level in chain.levels]
    return (_(" 或者 ") if chain.way == "any" else " → ").join(levels)


def _post(view: CaseView, code: str) -> str:
    return view.regime.name_of("roles", code) or label("role", code)


def planned(book: Regime, code: str) -> str:
    """What is to be planned; where the rule book names a post instead, who plans it (R12.04)."""
    who = book.name_of("roles", code)
    return _("由%(who)s定出措施、责任人和期限", who=who) if who else label("plan", code)


def rung(view: CaseView) -> str:
    """The code of the rung to which the case was sent up, '' where nobody has."""
    gone = [
        event.facts["rung"] for event, _name in view.events if event.kind == "reported_up" and "rung" in event.facts
    ]
    return str(gone[-1]) if gone else ""


def offered(view: CaseView) -> dict[str, bool]:
    """Which of the steps that only some rule books know are offered as buttons."""
    limits, book = named_limits(view.regime), view.regime
    rungs = [one.role for one in book.ladder if not one.base]
    climbed = any(one.up and [level.role for level in one.chain] == rungs for one in book.approvals)
    return {
        "assess": bool(triggers.asked(view.regime)),
        "lay_approval": bool(choices(view)),
        "report_up": not climbed and next_rung(book, rung(view)) is not None,
        "promise": bool(limits) and view.running(limits) is None,
    }


def found(view: CaseView) -> dict[str, str]:
    """The facts that stand: as a person has last recorded them, else as whoever complained has told them."""
    known = triggers.standing(one.facts for one in this_round(view) if one.kind == "assessed")
    return {code: value for code, value in known.items() if code in triggers.asked(view.regime)}


def superior_unnamed(view: CaseView) -> bool:
    """Whether it is about the complainant's own superior and nobody has named whom (R18.06)."""
    told = triggers.standing(event.facts for event, _name in view.events if event.kind == "assessed")
    return triggers.bypasses(view.regime, told) and not any(bar.named for bar in view.bars)


def tracked(view: CaseView) -> list[str]:
    """Who keeps an eye on the case and why, while it runs."""
    rows = [one for one in view.of("track") if one.then is None] if view.case.state in RUNNING else []
    names = {one.code: one.name for one in view.regime.triggers}
    return [
        _(
            "%(why)s，由%(who)s跟踪",
            why=beside(names.get(row.code, row.code), label("track", row.text) if row.text else ""),
            who=_post(view, row.more) if row.more else view.institution.office_name,
        )
        for row in rows
    ]


def shown(view: CaseView) -> dict[str, Any]:
    """For the page: facts, flags, who could not be told, the rung, requests that wait, what is still to be laid."""
    told = [one.facts for one in this_round(view) if one.kind == "assessed"]
    here = rung_of(view.regime, rung(view)) if rung(view) else None
    unreached = dict.fromkeys(role for facts in told for role in facts.get("unreached", []))
    return {
        "facts": [_fact(code, value) for code, value in found(view).items()],
        "flags": [label("flag", code) for code in dict.fromkeys(f for one in told for f in one.get("flags", []))],
        "plans": [planned(view.regime, c) for c in dict.fromkeys(p for one in told for p in one.get("plans", []))],
        "unreached": listed(_post(view, role) for role in unreached),
        "rung": beside(here.name, _post(view, here.role)) if here else "",
        "waits": [_waits(view, facts) for facts in requests(view).values() if facts.get("next")],
        "owed": listed(label("subject", of) for of in to_lay(view)),
        "tracked": tracked(view),
        "superior": superior_unnamed(view),
        "days": [dates.day(event_day) for event_day in _named_days(view)],
    }


def _named_days(view: CaseView) -> list[Any]:
    return [clock.due_day for clock in view.clocks if clock.limit.id in named_limits(view.regime)][-1:]


def _fact(code: str, value: str) -> str:
    words = label("fact", code)
    return words if value == triggers.YES else named(words, value)


def _waits(view: CaseView, facts: dict[str, Any]) -> tuple[str, str]:
    who = _("、").join(_post(view, post) for post in facts["next"])
    words = _("%(what)s：等%(who)s审批", what=label("subject", facts["subject"]), who=who)
    return words, address("office.approval", approval_id=facts["approval"])
