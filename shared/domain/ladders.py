"""Where a matter lies that was not solved, and to whom it goes up, one rung at a time (R15.04, R20.03, R24.06)."""

from __future__ import annotations

from shared.domain.regimes import Regime
from shared.domain.regimes.handling import Rung


def rung_of(book: Regime, code: str) -> Rung | None:
    """The rung on which the matter lies; the one where it begins while nobody has sent it up, None below the first."""
    found = next((one for one in book.ladder if one.code == code), None)
    return found or next((one for one in book.ladder if one.base), None)


def next_rung(book: Regime, code: str) -> Rung | None:
    """The next one up, None where there is no higher."""
    here = rung_of(book, code)
    above = book.ladder[book.ladder.index(here) + 1 :] if here else book.ladder
    return above[0] if above else None
