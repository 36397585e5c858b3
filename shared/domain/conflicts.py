"""Who has nothing to do with a complaint, because it is about them (回避): decided by the tree of units alone.

The supervising office is never part of a unit's superior line: it is the body that hears complaints about units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from shared.domain.lifecycle import OFFICE_ROLES, Role
from shared.domain.regimes import Regime
from shared.domain.visibility import Barred, Held

LEADERS = frozenset({Role.CHIEF, Role.GOV_LEADER})
"""Office roles whose holders the whole office answers to."""
OFFICE = "office"
AFTER_NAMING = frozenset(
    {
        "accept",
        "refuse",
        "refer",
        "answer_at_once",
        "transfer",
        "ask_transfer",
        "sign_transfer",
        "investigate",
        "submit_opinion",
        "approve_opinion",
        "feed_back",
        "answer_directly",
    }
)
"""R18.06: what nobody does with a complaint about the complainant's own superior before the superior is named."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit's place in the tree."""

    parent: int | None
    kind: str


def follows(units: Collection[int], people: Mapping[int, Collection[Held]], tree: Mapping[int, Node]) -> Barred:
    """Everybody barred where these units and people are complained about: they, all below and all above them.

    `people` maps a person to the roles held. A person of a unit bars the unit; of the office it bars
    the person alone, unless the office answers to them.
    """
    about = set(units)
    for held in people.values():
        about |= {h.unit_id for h in held if h.role not in OFFICE_ROLES or h.role in LEADERS}
    barred = {found for unit in about for found in (unit, *_above(unit, tree), *_below(unit, tree))}
    return Barred(frozenset(barred), frozenset(people))


def anybody_left(held: Mapping[int, Collection[Held]], found: Barred, needed: Iterable[Role]) -> bool:
    """Whether each of the roles without which a case can't be handled is held by somebody who isn't barred."""
    left = {
        h.role
        for person, roles in held.items()
        if person not in found.people and not {h.unit_id for h in roles} & found.units
        for h in roles
    }
    return set(needed) <= left


def shields_from_superior(book: Regime) -> bool:
    """Whether staff may complain about their own superior, who then has nothing to do with it (R10.01, R18.06)."""
    return "internal" in book.channels and any(one.code == "bypass" for one in book.protections)


def named_in(text: str, names: Mapping[int, str]) -> list[int]:
    """The units or people whose name stands in the text: what the office may be asked to confirm."""
    said = "".join(text.split())
    return [key for key, name in names.items() if len(name) >= 2 and name in said]


def _above(unit: int, tree: Mapping[int, Node]) -> set[int]:
    found: set[int] = set()
    parent = tree[unit].parent if unit in tree else None
    while parent is not None and parent not in found and parent in tree and tree[parent].kind != OFFICE:
        found.add(parent)
        parent = tree[parent].parent
    return found


def _below(unit: int, tree: Mapping[int, Node]) -> set[int]:
    found, todo = set[int](), [unit]
    while todo:
        at = todo.pop()
        inside = [u for u, node in tree.items() if node.parent == at and u not in found]
        found |= set(inside)
        todo += inside
    return found
