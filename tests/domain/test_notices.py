"""Who is owed what, and how long a text message may be."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS
from shared.domain.notices import (
    BY_CODE,
    NOBODY_TOLD,
    NOTICES,
    SMS_NOTICES,
    Audience,
    Channel,
    Notice,
    owed,
    receipt_tail,
    segments,
    sms_length,
)
from shared.domain.regimes.vocabulary import SPOKEN_OF
from shared.web.words import LABELS

CITIZENS = [notice for notice in NOTICES if notice.audience is Audience.CITIZEN]
OFFICE_OR_UNIT = [notice for notice in NOTICES if notice.audience is not Audience.CITIZEN]
NOT_OF_A_STEP = {"received", "issue_submitted", "issue_published", "clock_warning", "clock_overdue"} | {
    "appointment_made",
    "appointment_answered",
    "identity_asked",
    "identity_urgent",
    "handed_over",
    "consent_asked",
    "privacy_answered",
    "unattended",
    "security_alarm",
    "report_due",
    "report_late",
    "report_submitted",
    "digest",
    "action_ordered",
    "action_reported",
    "action_late",
    "penalty_proposed",
    "supervision_raised",
    "supervision_answered",
    "penalty_noticed",
    "penalty_appealed",
    "penalty_upheld",
    "plan_started",
}


def told(event: str) -> set[str]:
    return {notice.audience.value for notice in owed(event)}


def test_the_citizen_is_told_of_every_decision_and_of_nothing_else():
    assert {notice.event for notice in CITIZENS} == {
        "received",
        "accepted",
        "refused",
        "referred",
        "question_asked",
        "extended",
        "answered",
        "reopened",
        "consent_asked",
        "privacy_answered",
        "appointment_made",
    }


@pytest.mark.parametrize(
    ("clause", "event", "people"),
    [
        ("R2.09", "accepted", {"citizen", "dispatcher", "office_chief"}),
        ("R2.10", "transferred", {"unit_signers", "co_unit"}),
        ("R2.11", "section_assigned", {"handler"}),
        ("R2.11", "reply_submitted", {"unit_head"}),
        ("R2.12", "return_requested", {"dispatcher"}),
        ("R2.13", "co_requested", {"dispatcher"}),
        ("R2.15", "reply_handed_in", {"office_intake"}),
        ("R2.15", "answered", {"citizen"}),
        ("R2.16", "answered_directly", {"office_intake"}),
        ("R2.07", "extended", {"citizen", "handler", "investigator"}),
        ("R5.05", "received", {"citizen", "office_intake"}),
        ("R5.05", "refused", {"citizen"}),
        ("R5.07", "opinion_submitted", {"gov_leader"}),
        ("R5.08", "extension_asked", {"gov_leader"}),
        ("R5.10", "closed", {"archivist"}),
    ],
)
def test_the_next_person_to_act_is_told(clause: str, event: str, people: set[str]):
    assert told(event) == people, clause


@pytest.mark.parametrize("event", ["opinion_submitted", "opinion_approved", "reply_submitted", "reply_handed_in"])
def test_no_result_reaches_the_citizen_before_the_office_sends_it(event: str):
    assert "citizen" not in told(event)  # R5.07


@pytest.mark.parametrize("event", ["signed", "noted", "archived", "never heard of"])
def test_nobody_is_told_of_what_asks_nothing_of_them(event: str):
    assert owed(event) == ()


def test_every_event_of_the_table_happens_in_the_life_of_a_case():
    steps = {step.event for step in (*CASE_STEPS.values(), *SLIP_STEPS.values())}
    assert {notice.event for notice in NOTICES} <= steps | NOT_OF_A_STEP


def test_a_clock_can_warn_every_role_a_regime_may_name():
    unnamed = {"citizen", "archivist", "co_unit", "auditor", "security_admin", "person"}
    assert told("clock_warning") == told("clock_overdue") == set(Audience) - unnamed


def test_nobody_is_told_the_same_thing_twice():
    assert len({(notice.code, notice.audience) for notice in NOTICES}) == len(NOTICES)


def test_notices_that_share_a_code_state_the_same_facts():
    for notice in NOTICES:
        twin = BY_CODE[notice.code]
        assert (twin.event, twin.channels, twin.facts) == (notice.event, notice.channels, notice.facts)


def test_notices_may_state_nothing_but_dates_digits_and_a_phone():
    stated = {fact for notice in NOTICES for fact in (*notice.facts, *notice.optional)}
    digest = {"count", "lines"}  # the headings of other notices, which state no more than they do
    assert stated == {"tail", "due", "was_due", "phone"} | digest


def test_staff_are_written_to_by_mail_only():
    assert {notice.channels for notice in OFFICE_OR_UNIT} == {(Channel.EMAIL,)}


@pytest.mark.parametrize("notice", CITIZENS, ids=lambda notice: notice.code)
@pytest.mark.parametrize(("choice", "channel"), [("none", None), ("sms", Channel.SMS), ("email", Channel.EMAIL)])
def test_the_citizen_chooses_how_to_be_told(notice: Notice, choice: str, channel: Channel | None):
    assert notice.travels_by(choice) is channel
    assert notice.code in SMS_NOTICES


def test_only_the_end_of_a_receipt_number_is_shown():
    assert receipt_tail("73910460043") == "0043"


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (160, 3)])
def test_a_text_above_seventy_characters_is_charged_in_parts_of_67(length: int, parts: int):
    assert segments("字" * length) == parts


def test_a_rare_character_counts_twice():
    assert sms_length("【𬭸】") == 4


def test_every_event_is_told_or_says_why_nobody_is():
    steps = {step.event for step in (*CASE_STEPS.values(), *SLIP_STEPS.values())}
    told_of = {notice.event for notice in NOTICES}
    # What rule books only count from has words before a feature records it; as a step's event it counts here too.
    recorded = steps | (set(LABELS["event"]) - SPOKEN_OF)
    assert recorded - told_of - set(NOBODY_TOLD) == set()
    assert set(NOBODY_TOLD) & told_of == set()


def test_nothing_is_named_as_untold_that_cannot_happen():
    assert set(NOBODY_TOLD) <= set(LABELS["event"])
    assert set(NOBODY_TOLD.values()) == set(LABELS["untold"])


TODAY = dt.date(2026, 9, 7)


@pytest.mark.parametrize(
    ("code", "wants", "due", "waits"),
    [
        ("to_sign", False, None, True),
        ("to_sign", True, None, False),
        ("to_sign", False, TODAY, False),
        ("to_sign", False, TODAY + dt.timedelta(days=1), True),
        ("clock_warning", False, TODAY - dt.timedelta(days=1), False),
        ("clock_overdue", False, None, False),
        ("identity_urgent", False, None, False),
        ("accepted", False, None, False),
    ],
)
def test_ordinary_notices_wait_for_the_morning(code: str, wants: bool, due: dt.date | None, waits: bool):
    assert BY_CODE[code].waits(wants_at_once=wants, due=due, today=TODAY) is waits
