"""State × action × role, exhaustively: what is not written here is refused."""

from __future__ import annotations

import itertools

import pytest

from shared.domain.errors import Refused
from shared.domain.lifecycle import (
    CASE_STEPS,
    SLIP_STEPS,
    Role,
    Route,
    SlipState,
    State,
    next_steps,
    slip_step_of,
    step_of,
)

HAND = "received accepted reopened transferred handling"
LATER = "accepted reopened transferred handling"
OPEN = "received accepted transferred handling review replied reopened"
LAID = f"{OPEN} answered closed"
OFFICE = "intake dispatcher chief archivist investigator gov_leader"
HEARD = "accepted reopened transferred handling review replied answered closed"
ALL = " ".join(s for s in State if s != "archived")
# action: from → to (same: stays) : roles : route
LAW = f"""
accept | received | accepted | intake |
refuse | received | refused | intake |
refer | received | referred | intake |
ask_question | {HAND} | same | intake investigator |
answer_question | {HAND} | same | citizen intake |
lapse_question | {HAND} | same | intake system |
classify | {HAND} | same | intake dispatcher |
answer_at_once | accepted reopened | answered | intake | transfer
transfer | accepted reopened | transferred | dispatcher | transfer
ask_transfer | accepted reopened | same | dispatcher | transfer
sign_transfer | accepted reopened | transferred | chief gov_leader | transfer
decline_transfer | accepted reopened | same | chief gov_leader | transfer
sign | transferred | handling | signer | transfer
grant_return | handling | accepted | dispatcher chief | transfer
withdraw_slip | transferred | accepted | dispatcher chief | transfer
hand_in | handling | replied | signer | transfer
reject_reply | replied | handling | intake | transfer
answer_directly | handling | answered | handler | transfer
investigate | accepted reopened | handling | intake chief | investigate
ask_evidence | handling | same | investigator | investigate
give_evidence | handling | same | handler | investigate
submit_opinion | handling | review | investigator | investigate
approve_opinion | review | replied | gov_leader | investigate
send_back_opinion | review | handling | gov_leader | investigate
feed_back | replied | answered | intake |
record_consent | {HAND} | same | intake | transfer
extend | {LATER} | same | intake | transfer
ask_extension | {LATER} | same | investigator | investigate
grant_extension | {LATER} | same | gov_leader | investigate
decline_extension | {LATER} | same | gov_leader | investigate
withdraw | {OPEN} | withdrawn | citizen |
rate | answered closed | same | citizen intake |
rehandle | answered closed | reopened | citizen intake |
visit | answered closed | same | intake |
miss_visit | answered closed | same | intake |
name_respondents | {ALL} | same | intake dispatcher chief |
bar_handler | transferred handling review replied | accepted | intake dispatcher chief |
hand_up | {OPEN} | referred | intake dispatcher chief |
decide_default | transferred handling | replied | system |
close | answered | closed | intake |
archive | closed refused referred withdrawn | archived | archivist system |
record_result | {HEARD} | same | intake dispatcher chief investigator |
add_note | {ALL} | same | {OFFICE} |
attach | {ALL} | same | citizen {OFFICE} |
assess | {OPEN} | same | intake dispatcher chief investigator |
lay_approval | {LAID} | same | intake dispatcher chief investigator |
agree_approval | {LAID} | same | {OFFICE} signer director unit_head |
pass_approval | {LAID} | same | {OFFICE} signer director unit_head |
decline_approval | {LAID} | same | {OFFICE} signer director unit_head |
report_up | {OPEN} | same | {OFFICE} |
promise | {OPEN} | same | intake dispatcher chief investigator |
"""
SLIPS = " ".join(SlipState)
SLIP_LAW = f"""
sign | issued | signed | signer
withdraw_slip | issued | withdrawn | dispatcher chief
assign_section | signed | same | director
ask_return | signed | return_asked | signer handler
grant_return | return_asked | returned | dispatcher chief
deny_return | return_asked | signed | dispatcher chief
ask_help | signed | same | handler director
lay_help | signed submitted approved | same | dispatcher chief
decide_help | signed submitted approved | same | dispatcher chief
give_help | signed submitted approved | same | handler
save_reply | signed | same | handler
submit_reply | signed | submitted | handler
approve_reply | submitted | approved | unit_head
send_back_reply | submitted | signed | unit_head
hand_in | approved | handed_in | signer
answer_directly | approved | handed_in | handler
recall_copy | {SLIPS} | same | intake dispatcher chief
reissue_copy | issued signed return_asked submitted approved handed_in | same | intake dispatcher chief
reject_reply | handed_in | signed | intake
"""


def law(text: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return {row[0]: row[1:] for row in rows}


CASE_LAW, SLIP = law(LAW), law(SLIP_LAW)


def test_the_tables_know_the_same_actions() -> None:
    assert set(CASE_LAW) == set(CASE_STEPS)
    assert set(SLIP) == set(SLIP_STEPS)


def outcome(action: str, state: State, role: Role, route: Route) -> str:
    try:
        step = step_of(action, state, [role], [route])
    except Refused as error:
        return error.code
    return str(step.to) if step.to else "same"


@pytest.mark.parametrize("action", sorted(CASE_LAW))
def test_a_case_takes_lawful_steps_only(action: str) -> None:
    frm, to, roles, route = CASE_LAW[action]
    for state, role, way in itertools.product(State, Role, Route):
        now = state in frm.split() and route in {"", way}
        expected = "not_now" if not now else to if role in roles.split() else "not_yours"
        assert outcome(action, state, role, way) == expected, (state, role, way)


@pytest.mark.parametrize("action", sorted(SLIP))
def test_a_slip_takes_lawful_steps_only(action: str) -> None:
    frm, to, roles = SLIP[action]
    for state, role in itertools.product(SlipState, Role):
        expected = "not_now" if state not in frm.split() else to if role in roles.split() else "not_yours"
        try:
            step = slip_step_of(action, state, [role])
            seen = str(step.to) if step.to else "same"
        except Refused as error:
            seen = error.code
        assert seen == expected, (state, role)


@pytest.mark.parametrize("route", list(Route))
def test_every_button_offered_is_a_step_that_would_be_taken(route: Route) -> None:
    for state, role in itertools.product(State, Role):
        for step in next_steps(state, [role], [route]):
            assert outcome(step.action, state, role, route) in {str(step.to), "same"}


def test_every_state_but_the_archive_leads_on() -> None:
    for state in State:
        leaves = [s for s in CASE_STEPS.values() if state in s.frm and s.to not in {None, state}]
        assert bool(leaves) == (state != State.ARCHIVED), state
