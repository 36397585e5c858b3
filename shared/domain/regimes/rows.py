"""The rows of the digest that a rule book has to answer: number, topics, quoted phrase, why it is out of scope."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class DigestRow:
    """One row: R2.05."""

    row: str
    topics: str
    quote: str
    out: str

    @property
    def regime(self) -> str:
        """The rule book or report it belongs to: R2."""
        return self.row.partition(".")[0]


@lru_cache(maxsize=1)
def rows() -> tuple[DigestRow, ...]:
    """Every row, in the order of the digest."""
    text = (files(__package__) / "rows.csv").read_text(encoding="utf-8")
    return tuple(DigestRow(**row) for row in csv.DictReader(text.splitlines()))


@lru_cache(maxsize=32)
def of_regime(code: str) -> frozenset[str]:
    """The rows of one rule book."""
    return frozenset(row.row for row in rows() if row.regime == code)
