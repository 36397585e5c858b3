"""Corrective and preventive action: which kinds a rule book has, who orders, reports and verifies, when it is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Refused
from shared.domain.lifecycle import UNIT_ROLES, Role, State
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Capa, Form
from shared.domain.visibility import DONE_BY


class Kind(StrEnum):
    """What an action is for."""

    REMEDIAL = "remedial"  # R1.06: 补救
    CORRECTIVE = "corrective"  # R1.06: 纠正
    PREVENTIVE = "preventive"  # R7.07, R15.10
    RECTIFICATION = "rectification"  # R10.12: 整改意见书
    SUGGESTION = "suggestion"  # R3.13


class ActionState(StrEnum):
    """Where an action stands."""

    PLANNED = "planned"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


ALONE = frozenset({Kind.PREVENTIVE, Kind.RECTIFICATION, Kind.SUGGESTION})
"""Kinds that need no complaint (R12.12, R15.10): what is remedied or corrected went wrong in a case."""
BY_UNIT = frozenset({Kind.REMEDIAL, Kind.CORRECTIVE})
"""Kinds that a unit plans for itself in the case it handles (R1.06: 班组)."""
HEARD = frozenset(State) - {State.RECEIVED, State.REFUSED, State.REFERRED, State.WITHDRAWN, State.ARCHIVED}
"""States of a case in which something can still be put right because of it."""
PEOPLE = "present"
"""The field in which a rule book asks who took part (R7.07)."""
ENDED = frozenset({ActionState.VERIFIED, ActionState.CANCELLED})


@dataclass(frozen=True, slots=True)
class ActionStep:
    """One lawful step of an action."""

    frm: frozenset[ActionState]
    to: ActionState


_A = ActionState
STEPS: dict[str, ActionStep] = {
    "report": ActionStep(frozenset({_A.PLANNED}), _A.DONE),
    "verify": ActionStep(frozenset({_A.DONE}), _A.VERIFIED),
    "reopen": ActionStep(frozenset({_A.DONE}), _A.PLANNED),
    "cancel": ActionStep(frozenset({_A.PLANNED}), _A.CANCELLED),
}
"""The states of an action: planned → done → verified, or planned once more; taken back while it is planned."""


def kinds(book: Regime, *, alone: bool = False, by_unit: bool = False) -> list[Kind]:
    """The kinds that a rule book has: all, those without a complaint, or those that a unit plans itself."""
    found = [Kind(k) for k in book.capa.kinds] if book.capa else []
    return [k for k in found if (not alone or k in ALONE) and (not by_unit or k in BY_UNIT)]


def orderers(book: Regime) -> frozenset[Role]:
    """Who orders: whom the rule book names, else whoever sends cases on."""
    named = _named(book, book.capa.ordered_by if book.capa else "") & DONE_BY["order_capa"]
    return named or DONE_BY["order_capa"] - {Role.GOV_LEADER}


def verifiers(book: Regime) -> frozenset[Role]:
    """Who verifies; nobody where the rule book asks for no verification, and what is done is done."""
    return _named(book, book.capa.verified_by if book.capa else "") & DONE_BY["verify_capa"]


def judges(book: Regime) -> frozenset[Role]:
    """Who may say that it isn't good enough: the verifier, or whoever ordered it."""
    return verifiers(book) or orderers(book)


def reporters(book: Regime, *, in_office: bool) -> frozenset[Role]:
    """Who reports that it is done: the unit it is addressed to, or the office where that is the unit."""
    return orderers(book) | verifiers(book) if in_office else UNIT_ROLES


def check(step: str, state: ActionState, held: Iterable[Role], book: Regime, *, in_office: bool) -> Role:
    """The role in which somebody takes the step; raises Refused('not_now') or Refused('not_yours').

    `held` are the roles that count at the unit addressed; `in_office` says that this is the office itself.
    """
    by = {
        "report": reporters(book, in_office=in_office),
        "verify": verifiers(book),
        "reopen": judges(book),
        "cancel": orderers(book),
    }[step] & set(held)
    if not by:
        raise Refused("not_yours", action=f"{step}_capa")
    if state not in STEPS[step].frm:
        raise Refused("not_now", action=f"{step}_capa", state=str(state))
    return min(by)


def steps(state: ActionState, held: Iterable[Role], book: Regime, *, in_office: bool) -> list[str]:
    """The steps to offer, in the order of the table."""
    found = []
    for step in STEPS:
        try:
            check(step, state, held, book, in_office=in_office)
        except Refused:
            continue
        found.append(step)
    return found


def needs_day(book: Regime, kind: Kind) -> bool:
    """Whether a planned day must be named (R1.06: 预定时间); what is only suggested has one if somebody sets it."""
    return bool(book.capa and book.capa.planned_day) and kind is not Kind.SUGGESTION


def needs_people(book: Regime, kind: Kind) -> bool:
    """Whether it must be written down who took part (R7.07: 组织有关部门进行深入探讨)."""
    return kind is Kind.PREVENTIVE and bool(book.capa and book.capa.participants)


def overdue(state: str, planned_day: dt.date | None, today: dt.date) -> bool:
    """Whether the planned day has passed and nothing is reported."""
    return state == ActionState.PLANNED and planned_day is not None and planned_day < today


def on_notice(book: Regime) -> bool:
    """Whether the need is written on the notice to the unit (R1.07)."""
    return bool(book.capa and book.capa.on_notice)


def order_form(book: Regime) -> Form | None:
    """The form on which it is ordered; the notice itself where the rule book says so."""
    return _form(book, book.capa.order_form if book.capa else "", "order_capa")


def report_form(book: Regime) -> Form | None:
    """The form on which it is reported."""
    return _form(book, book.capa.report_form if book.capa else "", "report_capa")


def asked(book: Regime, step: str, usual: str = "") -> str:
    """What the rule book calls the words that are written at a step: 需要整改的问题; `usual` where it names none."""
    named = [f.name for f in book.fields if f.step == step and f.kind == "long" and f.code != PEOPLE]
    return named[0] if named else usual


def people_asked(book: Regime, usual: str = "") -> str:
    """What the rule book calls who took part."""
    return next((f.name for f in book.fields if f.code == PEOPLE), usual)


def _form(book: Regime, code: str, step: str) -> Form | None:
    named = next((f for f in book.forms if code and f.code == code), None)
    return named or next((f for f in book.forms if f.step == step), None)


def _named(book: Regime, code: str) -> frozenset[Role]:
    return frozenset(role for one in book.roles if one.code == code for role in one.roles)


def rule(book: Regime) -> Capa:
    """The rule book's table; raises Refused('not_now') where it has none."""
    if book.capa is None:
        raise Refused("not_now", action="order_capa", state="")
    return book.capa
