"""Figures that tell nobody about a single person: small cells hidden, and none computable from a total."""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5
"""Below this a cell is hidden (promises 1.7)."""
STEP = 5
"""Shares are rounded to whole multiples of so many per cent."""


def safe(cells: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The cells of a table whose total is known, None where a number is not told.

    Small cells are hidden, and the next larger ones with them until at least two are hidden, any of which may be
    large enough; which of the hidden ones are small is not told, for that would give them away. A zero says nothing
    about anybody and stays, unless there is too little to hide among.
    """
    if not any(0 < n < least for n in cells.values()):
        return dict(cells)
    ordered = sorted((k for k, n in cells.items() if n), key=lambda k: cells[k])
    for count in range(sum(0 < n < least for n in cells.values()), len(ordered)):
        if _hides([cells[k] for k in ordered[:count]], cells[ordered[count]], least):
            return {k: None if k in ordered[:count] else n for k, n in cells.items()}
    return {k: None for k in cells}


def _hides(hidden: list[int], following: int, least: int) -> bool:
    """Whether nobody can work a small one out who knows the sum and that all are smaller than the next one shown."""
    others, total = len(hidden) - 1, sum(hidden)
    enough = others > 0 and total >= least + others and max(hidden) < following and following > least + 1
    return enough and total - (following - 1) * others < least - 1


def share(part: int, whole: int, least: int = LEAST) -> int | None:
    """A percentage, rounded, where the base and both sides are large enough to say one; else None."""
    if whole < 4 * least or 0 < part < least or 0 < whole - part < least:
        return None
    return round(100 * part / whole / STEP) * STEP


def told(cells: Mapping[str, int], least: int = LEAST, *, outcomes: bool = False) -> dict[str, int | None]:
    """As `safe`; of outcomes, one that all cases share is told as the total alone (ℓ ≥ 2)."""
    if outcomes and sum(1 for n in cells.values() if n) < 2:
        return dict.fromkeys(cells)
    return safe(cells, least)
