"""Every code that a person may meet has words."""

from __future__ import annotations

import pytest

from shared.domain.calendar import Reason
from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, SlipState, State
from shared.domain.offices import GRANTABLE
from shared.services.admin_acts import KINDS
from shared.services.answers import LEVELS, MEANS
from shared.services.replies import OUTCOMES
from shared.web.words import LABELS

CODES = {
    "state": [str(s) for s in State],
    "slip_state": [str(s) for s in SlipState],
    "action": list(CASE_STEPS),
    "slip_action": list(SLIP_STEPS),
    "event": [s.event for s in CASE_STEPS.values()] + [s.event for s in SLIP_STEPS.values()],
    "level": list(LEVELS),
    "means": list(MEANS),
    "outcome": list(OUTCOMES),
    "role": [str(r) for r in GRANTABLE],
    "admin_act": list(KINDS),
    "day_reason": [str(r) for r in Reason],
}


@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_has_a_label(kind: str) -> None:
    assert set(CODES[kind]) <= set(LABELS[kind])
