"""The way of a complaint as a drawing: boxes one under the other, arrows between them; coordinates only, no words."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.regimes import Regime
from shared.domain.regimes.handling import Stage

WIDTH, LEFT, BOX, LANE = 360, 4, 300, 12
LINE, PAD, GAP = 22, 12, 26
LONGEST = 17
"""Characters in a line of a box."""


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

    @property
    def middle(self) -> int:
        """Half way down."""
        return self.y + self.height // 2


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
        lines = [stage.name[k : k + LONGEST] for k in range(0, len(stage.name), LONGEST)]
        height = 2 * PAD + LINE * (len(lines) + bool(role or name))
        boxes.append(Box(n, stage, y, height, lines, role, name))
        y += height + GAP
    next_of = _next(book.stages)
    arrows = [path for start, ends in next_of.items() for path in _arrows(boxes, start, ends)]
    return Flow(boxes, arrows, y - GAP + 4, next_of)


def _next(stages: list[Stage]) -> dict[int, list[int]]:
    number = {stage.code: n for n, stage in enumerate(stages, 1)}
    found = {}
    for n, stage in enumerate(stages, 1):
        following = [number[code] for code in stage.next] or ([n + 1] if n < len(stages) else [])
        found[n] = [one for one in following if one != n]
    return found


def _arrows(boxes: list[Box], start: int, ends: list[int]) -> list[str]:
    here, paths = boxes[start - 1], []
    for end in ends:
        there = boxes[end - 1]
        if end == start + 1:
            x = LEFT + BOX // 2
            paths.append(f"M{x} {here.y + here.height}V{there.y - 2}")
        else:  # past the boxes between, in a lane of its own
            edge = LEFT + BOX
            lane = edge + LANE * (1 + (end + start) % 4)
            paths.append(f"M{edge} {here.middle}H{lane}V{there.middle + 4}H{edge + 2}")
    return paths
