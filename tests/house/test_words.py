"""Every code that a person may meet has words."""

from __future__ import annotations

import re

import pytest

from shared.config import ROOT
from shared.domain.calendar import Reason
from shared.domain.feedback import MEANS
from shared.domain.follow_up import LEVELS
from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, SlipState, State
from shared.domain.notices import NOBODY_TOLD, NOTICES, Audience
from shared.domain.offices import GRANTABLE
from shared.services.admin_acts import KINDS
from shared.services.replies import OUTCOMES
from shared.services.sms_caps import Caps
from shared.web.words import LABELS
from shared.web.words_sending import REASONS

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
    "notice": [notice.code for notice in NOTICES],
    "audience": [str(a) for a in Audience],
    "day_reason": [str(r) for r in Reason],
}


@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_has_a_label(kind: str) -> None:
    assert set(CODES[kind]) <= set(LABELS[kind])


def test_every_event_of_the_table_of_notices_is_said_in_words() -> None:
    events = {notice.event for notice in NOTICES} | set(NOBODY_TOLD)
    assert events <= set(LABELS["notice_event"]) | set(LABELS["event"])


SAID = re.compile(
    r"Result\(Outcome\.\w+, \"([a-z_]+)\"|\"outcome\": \"([a-z_]+)\"|outcome = '([a-z_]+)'|BULK = \"([a-z_]+)\""
)


def test_every_reason_why_a_notice_did_not_go_is_told_in_words() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "shared").rglob("*.py")]
    codes = {next(filter(None, found)) for text in texts for found in SAID.findall(text)}
    codes |= {f"cap_{name}" for name in Caps.__slots__} | {"nobody", "timeout", "disconnected", "tls_expired"}
    assert {"not_mobile", "worker_died", "restored", "not_agreed", "bulk"} <= codes
    assert codes <= set(REASONS)
