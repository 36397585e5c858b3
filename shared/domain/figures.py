"""What the figures of a report say: corrections after they were handed in, hot spots, sums over the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.releases import SATISFIED, UNSURE

Cells = Mapping[str, int | str | None]
"""table/key → number, or an amount or a rate as text."""
HOT_LEAST = 3
"""So few are an accident, no concentration."""
HOT_TIMES = 2
MOST_HOT = 10


@dataclass(frozen=True, slots=True)
class Hot:
    """A place in a table where complaints gather: now, and in the period before."""

    key: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the organisation above the units: an area, a group."""

    id: int
    tier: str
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of the roll-up: a place or a unit, how deep it stands, what it and all below it come to."""

    name: str
    tier: str
    depth: int
    count: int
    unit_id: int | None = None


def changes(before: Cells, after: Cells) -> dict[str, list[int | str | None]]:
    """The cells that are no longer what they were, each with the old and the new value; 0 where one is missing."""
    found: dict[str, list[int | str | None]] = {}
    for cell in dict.fromkeys([*before, *after]):
        old, new = before.get(cell, 0), after.get(cell, 0)
        if old != new:
            found[cell] = [old, new]
    return found


def corrected(
    frozen: Cells, corrections: Iterable[Mapping[str, Sequence[int | str | None]]]
) -> dict[str, int | str | None]:
    """The figures as the corrections, oldest first, have left them."""
    now = dict(frozen)
    for one in corrections:
        now |= {cell: pair[1] for cell, pair in one.items()}
    return now


def hot_spots(now: Mapping[str, int], before: Mapping[str, int]) -> list[Hot]:
    """Where complaints have at least doubled since the period before (R19.04, R23.03, W3.01), the most first."""
    found = [Hot(key, n, before.get(key, 0)) for key, n in now.items()]
    hot = [one for one in found if one.now >= HOT_LEAST and one.now >= HOT_TIMES * one.before]
    return sorted(hot, key=lambda one: (-one.now, one.key))[:MOST_HOT]


def ranked(counts: Mapping[str, int]) -> list[tuple[int, str, int]]:
    """Place, key and number, the most first; equal numbers share a place (R24.07)."""
    order = sorted(((key, n) for key, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))
    return [(1 + sum(other > n for _, other in order), key, n) for key, n in order]


def satisfaction(levels: Mapping[str, int]) -> Decimal | None:
    """The share of 基本满意 or better among those who said so (W1.04); None where nobody did."""
    said = sum(n for level, n in levels.items() if level != UNSURE)
    if not said:
        return None
    return (Decimal(sum(levels.get(level, 0) for level in SATISFIED)) / said).quantize(Decimal("0.0001"))


def per_thousand(count: int, base: int) -> Decimal | None:
    """W4.01 投诉率: complaints for each thousand customers, households or deals of an outlet."""
    return (Decimal(count) * 1000 / base).quantize(Decimal("0.01")) if base > 0 else None


def roll_up(nodes: Sequence[Node], units: Mapping[int, tuple[str, int | None]], counts: Mapping[int, int]) -> list[Sum]:
    """The tree of the organisation with every unit below its place, and what each comes to with all below it (R23.01).

    `units` gives a unit's name and place. Units without a place stand at the end.
    """
    known = {node.id for node in nodes}
    inside: dict[int | None, list[int]] = {}
    for unit_id, (_, place) in units.items():
        inside.setdefault(place if place in known else None, []).append(unit_id)
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent_id if node.parent_id in known else None, []).append(node)
    lines: list[Sum] = []

    def add(place: int | None, depth: int) -> int:
        total = 0
        for node in below.get(place, ()):
            at = len(lines)
            count = add(node.id, depth + 1)
            lines.insert(at, Sum(node.name, node.tier, depth, count))
            total += count
        for unit_id in inside.get(place, ()):
            lines.append(Sum(units[unit_id][0], "", depth, counts.get(unit_id, 0), unit_id))
            total += counts.get(unit_id, 0)
        return total

    add(None, 0)
    return lines
