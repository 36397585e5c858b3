"""What the office may do about the slips of a case, for the buttons of the case's page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from backoffice.case_words import step_name
from shared.domain.lifecycle import SLIP_STEPS
from shared.models.slip import Slip
from shared.services.queries_case import CaseView

Button = tuple[str, str]


def waiting(view: CaseView) -> list[Button]:
    """Decisions that a unit waits for: whether it may return the slip (R2.12), whether another unit helps (R2.13)."""
    returns = [_button(s, "grant_return") for s in view.slips if _lawful("grant_return", s, view)]
    asked = {s.id: s for s in view.slips if _lawful("decide_help", s, view)}
    helps = [
        (_("协调协办"), url_for("office.help_decision", help_id=h.id))
        for h in view.helps
        if h.state in {"asked", "signing"} and h.slip_id in asked
    ]
    return returns + helps


def revocable(view: CaseView) -> list[Button]:
    """A slip that nobody has signed for yet."""
    return [_button(s, "withdraw_slip") for s in view.slips if _lawful("withdraw_slip", s, view)]


def _lawful(action: str, slip: Slip, view: CaseView) -> bool:
    step = SLIP_STEPS[action]
    goes_with = step.case_action is None or view.may(step.case_action)
    return slip.state in step.frm and bool(step.roles & view.roles) and goes_with


def _button(slip: Slip, action: str) -> Button:
    return step_name("slip_action", action), url_for("office.slip_step", slip_id=slip.id, step=action)
