"""Released figures: disjoint periods, and no small number follows from all of them together."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import releases
from shared.domain.releases import Kind, Table
from tests.support.solver import given_away

FIRST = dt.date(2026, 1, 1)
MONTHS = [dt.date(2026, n, 1) for n in range(1, 7)]
Month = dict[str, int]


MONTH = st.lists(st.integers(0, 6) | st.integers(0, 25), min_size=5, max_size=5)


def chain(kind: Kind, months: list[Month]) -> list[Table | None]:
    """What each month releases, as the job does it."""
    out: list[Table | None] = []
    waiting: list[tuple[dt.date, Month]] = []
    for first, counts in zip(MONTHS, months, strict=False):
        waiting.append((first, counts))
        found = releases.table(kind, waiting)
        out.append(found)
        waiting = [] if found else waiting
    return out


def key(kind: Kind, months: list[Month]) -> str:
    return repr(chain(kind, months))


@given(st.sampled_from(releases.KINDS), st.lists(MONTH, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_small_number_follows_from_any_release(kind: Kind, rows: list[list[int]]) -> None:
    for table in chain(kind, [dict(zip("abcde", row, strict=True)) for row in rows]):
        if table is not None:
            assert given_away(kind, table.total, table.cells) == []


@pytest.mark.parametrize(("cells", "most", "outcomes"), [(2, 7, False), (2, 7, True), (3, 4, False)])
def test_no_small_number_of_any_month_follows_from_all_releases_together(cells: int, most: int, outcomes: bool) -> None:
    kind, alike = Kind("few", least=2, outcomes=outcomes), dict[str, list[tuple[int, ...]]]()
    codes = "abc"[:cells]
    for world in product(range(most + 1), repeat=2 * cells):
        months = [dict(zip(codes, world[:cells], strict=True)), dict(zip(codes, world[cells:], strict=True))]
        if sum(world[:cells]) >= releases.ENOUGH * kind.least or sum(world) >= releases.ENOUGH * kind.least:
            alike.setdefault(key(kind, months), []).append(world)
    for told, worlds in alike.items():
        for at in range(2 * cells):
            possible = {world[at] for world in worlds}
            assert possible != {1} or len(worlds) == 1 == _at_the_edge(worlds[0], most), told


def _at_the_edge(world: tuple[int, ...], most: int) -> int:
    """Worlds larger than those enumerated would look alike: not a proof against the rule."""
    return int(max(world) == most)


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), max_size=6))
def test_every_month_is_counted_once_or_waits(rows: list[list[int]]) -> None:
    months = [dict(zip("abc", row, strict=True)) for row in rows]
    made = chain(releases.KINDS[0], months)
    told = [table for table in made if table is not None]
    firsts = [MONTHS[0], *(MONTHS[n + 1] for n, table in enumerate(made[:-1]) if table is not None)]
    assert [table.first for table in told] == firsts[: len(told)]
    last = max((n + 1 for n, table in enumerate(made) if table is not None), default=0)
    assert sum(table.total for table in told) == sum(sum(row) for row in rows[:last])


def test_month_is_due_three_days_after_its_end() -> None:
    assert releases.due_months(dt.date(2026, 8, 17), [], dt.date(2026, 10, 3)) == [dt.date(2026, 8, 1)]
    assert releases.due_months(dt.date(2026, 8, 17), [dt.date(2026, 8, 1)], dt.date(2026, 10, 4)) == [
        dt.date(2026, 9, 1)
    ]


def test_no_percentage_where_a_number_behind_it_is_not_told() -> None:
    assert releases.punctual_share({"met": None, "late": None}) is None
    assert releases.punctual_share({"met": 30, "late": 10}) == 75
    assert releases.satisfied_share({"very_good": 20, "good": 10, "fair": None, "bad": 6, "unsure": None}) is None
    assert releases.satisfied_share({"very_good": 20, "good": 10, "fair": 0, "bad": 10, "unsure": None}) == 75


def test_solver_finds_the_world_in_which_another_number_is_the_small_one() -> None:
    table = releases.table(releases.KINDS[0], [(FIRST, dict(zip("abcde", (1, 12, 12, 12, 13), strict=True)))])
    assert table is not None
    assert given_away(releases.KINDS[0], table.total, table.cells) == []


def test_solver_finds_a_number_that_is_given_away() -> None:
    assert given_away(Kind("x"), 23, {"a": 3, "b": 20}) == ["a"]
    assert given_away(Kind("x"), 23, {"a": None, "b": 20}) == ["a"]
