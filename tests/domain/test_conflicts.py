"""Who has nothing to do with a complaint, by the tree of units."""

from __future__ import annotations

import pytest

from shared.domain.conflicts import Node, anybody_left, follows, named_in
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN, SYSTEM, Actor, Barred, Held

# 1 office · 2 bureau > 3 station > 4 section · 5 another bureau · 6 section of 5
TREE = {
    1: Node(None, "office"),
    2: Node(1, "handling"),
    3: Node(2, "handling"),
    4: Node(3, "section"),
    5: Node(1, "handling"),
    6: Node(5, "section"),
}


@pytest.mark.parametrize(
    ("named", "units"),
    [([2], {2, 3, 4}), ([3], {2, 3, 4}), ([4], {2, 3, 4}), ([6], {5, 6}), ([], set()), ([1], set(TREE))],
)
def test_a_unit_bars_what_is_below_and_above_but_not_the_office(named: list[int], units: set[int]):
    assert follows(named, {}, TREE).units == units


def test_a_person_of_a_unit_bars_the_unit_with_its_line():
    found = follows([], {9: [Held(Role.HANDLER, 4)]}, TREE)
    assert found == Barred(frozenset({2, 3, 4}), frozenset({9}))


@pytest.mark.parametrize("role", [Role.INTAKE, Role.DISPATCHER, Role.ARCHIVIST, Role.INVESTIGATOR])
def test_a_clerk_of_the_office_is_barred_alone(role: Role):
    assert follows([], {9: [Held(role, 1)]}, TREE) == Barred(frozenset(), frozenset({9}))


@pytest.mark.parametrize("role", [Role.CHIEF, Role.GOV_LEADER])
def test_whom_the_office_answers_to_bars_the_office(role: Role):
    assert 1 in follows([], {9: [Held(role, 1)]}, TREE).units


def test_a_ring_in_the_tree_does_not_trap():
    assert follows([7], {}, {7: Node(8, "handling"), 8: Node(7, "handling")}).units == {7, 8}


def test_barred_by_name_or_by_unit_and_never_the_citizen():
    found = Barred(frozenset({3}), frozenset({9}))
    assert found.stops(Actor(9, 1))
    assert found.stops(Actor(8, 1, held=(Held(Role.SIGNER, 3),)))
    assert not found.stops(Actor(8, 1, held=(Held(Role.SIGNER, 5),)))
    assert not any(found.stops(a) for a in (CITIZEN, SYSTEM))


def test_somebody_is_left_only_where_every_needed_role_is():
    staff = {8: [Held(Role.INTAKE, 1)], 9: [Held(Role.DISPATCHER, 1)]}
    needed = {Role.INTAKE, Role.DISPATCHER}
    assert anybody_left(staff, Barred(), needed)
    assert not anybody_left(staff, Barred(people=frozenset({9})), needed)


def test_a_name_is_found_in_what_the_citizen_wrote():
    assert named_in("投诉 财政 所的窗口", {2: "财政所", 5: "村镇建设办", 6: "所"}) == [2]
