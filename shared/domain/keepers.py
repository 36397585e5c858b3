"""Who looks after a case now: the roles that have the next step in hand, wherever it lies."""

from __future__ import annotations

from collections.abc import Collection

from shared.domain.lifecycle import Role, Route, SlipState, State

_R, _S, _L = Role, State, SlipState
OFFICE_KEEPS: dict[State, frozenset[Role]] = {
    _S.RECEIVED: frozenset({_R.INTAKE}),
    _S.ACCEPTED: frozenset({_R.DISPATCHER}),
    _S.REOPENED: frozenset({_R.DISPATCHER}),
    _S.REVIEW: frozenset({_R.GOV_LEADER}),
    _S.REPLIED: frozenset({_R.INTAKE}),
    _S.ANSWERED: frozenset({_R.INTAKE}),
}
"""States in which the office itself goes on; while it handles or waits, a unit or an investigator does."""
ASSIGNING = frozenset({_R.INTAKE, _R.CHIEF})
"""R5.06: where the office investigates itself, these name the investigator."""
UNIT_KEEPS: dict[SlipState, frozenset[Role]] = {
    _L.ISSUED: frozenset({_R.SIGNER}),
    _L.SIGNED: frozenset({_R.HANDLER}),
    _L.SUBMITTED: frozenset({_R.UNIT_HEAD}),
    _L.APPROVED: frozenset({_R.SIGNER}),
}
"""R2.10, R2.11: who goes on with a slip; before a section is named that is the director."""
BEFORE_SECTION = frozenset({_R.DIRECTOR})
ANSWERING = frozenset({_R.DISPATCHER, _R.CHIEF})
"""R2.12: who answers a unit's wish to give the slip back."""


def office_keeps(state: State, routes: Collection[Route]) -> frozenset[Role]:
    """The office's roles that have a case in this state in hand; none where somebody else has."""
    if state in {State.ACCEPTED, State.REOPENED} and Route.TRANSFER not in routes:
        return ASSIGNING
    return OFFICE_KEEPS.get(state, frozenset())


def unit_keeps(state: SlipState, *, sectioned: bool) -> frozenset[Role]:
    """The unit's roles that have a slip in this state in hand; none where the office has."""
    if state is SlipState.SIGNED and not sectioned:
        return BEFORE_SECTION
    return UNIT_KEEPS.get(state, frozenset())
