"""What somebody can work out who knows every released number and the rule by which numbers are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from shared.domain.releases import Kind
from shared.domain.small_numbers import told

TRIES = 100
"""Worlds that are looked at for each value; too few would call a good release bad, never a bad one good."""


def given_away(kind: Kind, total: int, cells: dict[str, int | None]) -> list[str]:
    """The codes of small numbers that follow from a table: shown ones, and hidden ones that can't be anything else."""
    shown = [code for code, n in cells.items() if n is not None and 0 < n < kind.least]
    hidden = [code for code, n in cells.items() if n is None]
    return shown + [code for code in hidden if not _may_be_large_or_none(kind, total, cells, hidden, code)]


def _may_be_large_or_none(kind: Kind, total: int, cells: dict[str, int | None], hidden: list[str], code: str) -> bool:
    """Whether a world with the same release exists in which this number is not small; one is enough."""
    rest = total - sum(n for n in cells.values() if n is not None)
    others = [c for c in hidden if c != code]
    shown = {c: n for c, n in cells.items() if n is not None}
    for value in (0, *range(rest, kind.least - 1, -1)):
        for split in _worlds(rest - value, len(others), kind.least):
            world = {**shown, code: value, **dict(zip(others, split, strict=True))}
            if told({c: world[c] for c in cells}, kind.least, outcomes=kind.outcomes) == cells:
                return True
    return False


def _worlds(n: int, parts: int, least: int) -> Iterator[tuple[int, ...]]:
    """Ways to share n among so many: a hidden table has a small number somewhere, so it stands first in turn."""
    yield from islice(_splits(n, parts), TRIES)
    for small in range(1, least if parts > 1 else 1):
        yield from ((small, *more) for more in islice(_splits(n - small, parts - 1), TRIES))


def _splits(n: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to share n among so many, the even ones first come soon."""
    if parts == 0:
        if n == 0:
            yield ()
        return
    if parts == 1:
        yield (n,)
        return
    for first in sorted(range(n + 1), key=lambda x: abs(x - n // parts)):
        for more in _splits(n - first, parts - 1):
            yield (first, *more)
