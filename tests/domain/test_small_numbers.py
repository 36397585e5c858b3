"""No hidden cell can be computed from what is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.small_numbers import LEAST, safe, share


def test_small_cells_are_hidden_and_zero_stays() -> None:
    assert safe({"a": 3, "b": 4, "c": 20, "d": 0}) == {"a": None, "b": None, "c": 20, "d": 0}


def test_four_are_hidden_and_five_are_told() -> None:
    assert safe({"a": 4, "b": 4, "c": 20}) == {"a": None, "b": None, "c": 20}
    assert safe({"a": 5, "b": 5, "c": 20}) == {"a": 5, "b": 5, "c": 20}


def test_one_hidden_cell_takes_the_next_smallest_with_it() -> None:
    assert safe({"a": 3, "b": 8, "c": 20}) == {"a": None, "b": None, "c": 20}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), min_size=2, max_size=8))
def test_a_total_never_gives_a_small_cell_away(cells: dict[str, int]) -> None:
    shown = safe(cells)
    hidden = [k for k, n in shown.items() if n is None]
    assert all(n is None or n == 0 or n >= LEAST for n in shown.values())
    positive = [k for k, n in cells.items() if n]
    assert len(hidden) != 1 or len(positive) == 1


def test_no_percentage_from_a_small_base() -> None:
    assert share(9, 10) is None
    assert share(48, 50) is None
    assert share(40, 80) == 50
