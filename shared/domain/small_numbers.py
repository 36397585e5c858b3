"""Figures that tell nobody about a single person: small cells hidden, and none computable from a total."""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5
"""Below this a cell is hidden (promises 1.7)."""


def safe(cells: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The cells with every small one hidden (None), and with one alone, the next smallest hidden with it.

    A zero says nothing about anybody and stays.
    """
    hidden = {k for k, n in cells.items() if 0 < n < least}
    if len(hidden) == 1:
        others = sorted((n, k) for k, n in cells.items() if k not in hidden and n)
        hidden |= {others[0][1]} if others else set()
    return {k: None if k in hidden else n for k, n in cells.items()}


def share(part: int, whole: int, least: int = LEAST) -> int | None:
    """A percentage, rounded to five, where the base and both sides are large enough to say one; else None."""
    if whole < 4 * least or 0 < part < least or 0 < whole - part < least:
        return None
    return round(100 * part / whole / 5) * 5
