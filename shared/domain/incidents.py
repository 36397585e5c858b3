"""An emergency plan at work (R21): who starts it, its steps with their times, the statement, when it may end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.handling import EmergencyPlan

STATEMENT = "statement"
"""The step that publishing the statement takes; the others are ticked off."""
REPORT = "report"
"""The step that tells the leading group: whatever waits for a report up is met by it."""
LEADS = frozenset({Role.CHIEF, Role.GOV_LEADER})
WRITES = frozenset({"", "draft", "returned"})
"""States of a statement in which it may still be changed."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the public will read about an incident."""

    title: str
    text: str


def plan_of(book: Regime) -> EmergencyPlan:
    """The rule book's plan; raises Refused('no_plan') where it has none."""
    if book.emergency is None:
        raise Refused("no_plan")
    return book.emergency


def approver_of(book: Regime, subject: str) -> Role:
    """Who in the product's roles says yes to a statement or a new text of the plan: the last of the chain (R21.06)."""
    plan, chain = plan_of(book), book.approval(subject)
    named = chain.chain[-1].role if chain else plan.approver
    return book.acts_as.get(named, Role.GOV_LEADER)


def check_step(book: Regime, code: str, done: Collection[str]) -> None:
    """Raises Refused('no_such_case') for a step that the plan hasn't, Refused('step_done') for one taken before."""
    plan = plan_of(book)
    if code not in {step.code for step in plan.steps} or (code == STATEMENT and plan.statement):
        raise Refused("no_such_case")
    if code in done:
        raise Refused("step_done")


def check_group(book: Regime, code: str) -> None:
    """Raises Refused('missing', field='group') for a group that the plan hasn't."""
    if code not in {group.code for group in plan_of(book).team}:
        raise Refused("missing", field="group")


def open_steps(book: Regime, done: Iterable[str]) -> list[str]:
    """The names of the plan's steps that nobody has taken yet."""
    have = set(done)
    return [step.name for step in plan_of(book).steps if step.code not in have]


def check_end(book: Regime, done: Iterable[str], review: str) -> None:
    """Raises Refused('steps_open', steps) while a step is open, Refused('missing', field='review')."""
    left = open_steps(book, done)
    if left:
        raise Refused("steps_open", steps="、".join(left))
    needs(review=review)
