"""Deny by default: role × unit × conflict × state, and administrators apart from everybody else."""

from __future__ import annotations

import itertools

import pytest

from shared.domain.errors import Refused
from shared.domain.lifecycle import (
    ADMIN_ROLES,
    CASE_STEPS,
    OFFICE_ROLES,
    SLIP_STEPS,
    UNIT_ROLES,
    Role,
    SlipState,
    State,
)
from shared.domain.offices import GRANTABLE, check_grant
from shared.domain.visibility import CITIZEN, DONE_BY, SEEN_BY, SYSTEM, Actor, Barred, Held, Place, may_do, may_see

HERE, THERE, LEAD, OTHER = 1, 2, 10, 20


def actor(role: Role, *, institution: int = HERE, unit: int = LEAD, person: int = 7) -> Actor:
    return Actor(person, institution, held=(Held(role, unit),))


@pytest.mark.parametrize("role", GRANTABLE)
def test_nobody_sees_or_does_anything_in_another_institution(role: Role) -> None:
    stranger = actor(role, institution=THERE)
    assert not any(may_see(stranger, what, Place(HERE, {LEAD})) for what in SEEN_BY)
    assert not any(may_do(stranger, act, Place(HERE, {LEAD})) for act in DONE_BY)


@pytest.mark.parametrize("role", GRANTABLE)
def test_a_conflict_of_interest_takes_every_right_away(role: Role) -> None:
    for barred in (Barred(people=frozenset({7})), Barred(units=frozenset({LEAD}))):
        place = Place(HERE, {LEAD}, barred)
        assert not any(may_see(actor(role), what, place) for what in SEEN_BY)
        assert not any(may_do(actor(role), act, place) for act in DONE_BY)
        assert not any(may_do(actor(role), a, place, state) for a in CASE_STEPS for state in State)


def test_whoever_else_is_barred_takes_nothing_away() -> None:
    place = Place(HERE, {LEAD}, Barred(frozenset({OTHER}), frozenset({8})))
    assert may_see(actor(Role.INTAKE), "case", place)


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_s_role_counts_for_its_own_unit_alone(role: Role) -> None:
    assert may_see(actor(role), "slip", Place(HERE, {LEAD}))
    assert not may_see(actor(role, unit=OTHER), "slip", Place(HERE, {LEAD}))
    assert not may_see(actor(role), "case", Place(HERE, {LEAD}))


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_no_step_of_a_case_or_a_slip_is_an_administrator_s(role: Role) -> None:
    place, keeper = Place(HERE, {LEAD}), actor(role)
    assert not any(may_do(keeper, a, place, s) for a, s in itertools.product(CASE_STEPS, State))
    assert not any(may_do(keeper, a, place, s) for a, s in itertools.product(SLIP_STEPS, SlipState))
    assert not any(may_see(keeper, what, place) for what in ("case", "slip", "queue", "issues", "calendar"))


def test_whoever_handles_cases_administers_nothing() -> None:
    for role in OFFICE_ROLES | UNIT_ROLES:
        assert not any(may_see(actor(role), what, Place(HERE)) for what in ("accounts", "units", "admin_acts"))


def test_citizen_and_system_see_nothing_as_staff_do() -> None:
    assert not any(may_see(one, what, Place(HERE)) for one in (CITIZEN, SYSTEM) for what in SEEN_BY)


@pytest.mark.parametrize(("held", "given"), list(itertools.permutations(GRANTABLE, 2)))
def test_an_administrator_s_role_is_combined_with_no_other(held: Role, given: Role) -> None:
    kind = "handling" if given in UNIT_ROLES else "office"
    if {held, given} & ADMIN_ROLES:
        with pytest.raises(Refused, match="not_together"):
            check_grant(given, kind, {held})
    else:
        check_grant(given, kind, {held})


@pytest.mark.parametrize("role", GRANTABLE)
def test_every_role_has_its_place(role: Role) -> None:
    wrong = "office" if role in UNIT_ROLES else "handling"
    with pytest.raises(Refused, match="wrong_place"):
        check_grant(role, wrong, set())
