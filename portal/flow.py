"""The way of a complaint as a drawing: boxes one under the other, arrows between them; coordinates only, no words."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import category

from shared.domain.regimes import Regime
from shared.domain.regimes.handling import Stage

WIDTH, LEFT, BOX, LANE = 360, 4, 300, 12
LINE, PAD, GAP = 22, 12, 26
LONGEST = 15
"""Characters in a line of a box: the first one has its number before it."""


@dataclass(frozen=True, slots=True)
class Box:
    """One stage: where it stands, its lines, who does it and within which limit."""

    number: int
    stage: Stage
    y: int
    height: int
    lines: list[str]
    role: str
    limit: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing; `arrows` are paths, `next_of` says where each stage goes on, by number."""

    boxes: list[Box]
    arrows: list[str]
    height: int
    next_of: dict[int, list[int]]


def flow(book: Regime) -> Flow | None:
    """The drawing of a rule book's stages; None where it has none."""
    if not book.stages:
        return None
    boxes, y = [], 2
    for n, stage in enumerate(book.stages, 1):
        limit = book.limit(stage.limit)
        role, name = book.name_of("roles", stage.role), limit.id if limit else ""
        lines = _lines(stage.name)
        height = 2 * PAD + LINE * (len(lines) + bool(role or name))
        boxes.append(Box(n, stage, y, height, lines, role, name))
        y += height + GAP
    next_of = _next(book.stages)
    ways = [(start, end) for start, ends in next_of.items() for end in ends]
    lanes = _lanes([way for way in ways if way[1] != way[0] + 1])
    arrows = [_arrow(boxes[start - 1], boxes[end - 1], lanes.get((start, end))) for start, end in ways]
    return Flow(boxes, arrows, y - GAP + 4, next_of)


def _next(stages: list[Stage]) -> dict[int, list[int]]:
    number = {stage.code: n for n, stage in enumerate(stages, 1)}
    found = {}
    for n, stage in enumerate(stages, 1):
        following = [number[code] for code in stage.next] or ([n + 1] if n < len(stages) else [])
        found[n] = [one for one in following if one != n]
    return found


def _lines(name: str) -> list[str]:
    """The name in as few lines as fit, broken after a mark nearest to even lines, or else evenly."""
    lines = []
    for left in range(-(-len(name) // LONGEST), 1, -1):
        even = -(-len(name) // left)
        ends = range(max(2, len(name) - LONGEST * (left - 1)), min(LONGEST, len(name) - 2) + 1)
        end = min((e for e in ends if category(name[e - 1]) == "Po"), key=lambda e: abs(e - even), default=even)
        lines.append(name[:end])
        name = name[end:]
    return [*lines, name]


def _lanes(ways: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """A lane for each arrow past other boxes, the shortest ones nearest; only arrows to one box may share theirs."""
    found: dict[tuple[int, int], int] = {}
    for way in sorted(ways, key=lambda one: (abs(one[1] - one[0]), one)):
        beside = [o for o in found if o[1] != way[1] and min(way) <= max(o) and min(o) <= max(way)]
        taken = {found[other] for other in beside}
        found[way] = next(lane for lane in range(1, len(ways) + 1) if lane not in taken)
    return found


def _arrow(here: Box, there: Box, lane: int | None) -> str:
    if lane is None:
        return f"M{LEFT + BOX // 2} {here.y + here.height}V{there.y - 2}"
    edge = LEFT + BOX  # it leaves above the middle and comes in below: a box where both happen shows which is which
    return f"M{edge} {here.y + here.height // 3}H{edge + LANE * lane}V{there.y + there.height * 2 // 3}H{edge + 2}"
