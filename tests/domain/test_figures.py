"""What the figures of reports say: corrections, hot spots, places, sums over the organisation, rates by formula."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.domain import figures, formulas
from shared.domain.errors import Refused
from shared.domain.figures import Node


def test_a_correction_names_what_was_and_what_is():
    before, after = {"category/a": 2, "category/b": 1}, {"category/a": 3, "category/c": 1}
    assert figures.changes(before, after) == {"category/a": [2, 3], "category/b": [1, 0], "category/c": [0, 1]}
    assert figures.changes(before, dict(before)) == {}


def test_corrections_follow_one_another():
    assert figures.corrected({"a/x": 1, "a/y": 5}, [{"a/x": [1, 2]}, {"a/x": [2, 4]}]) == {"a/x": 4, "a/y": 5}


def test_hot_is_what_has_doubled_and_is_no_accident():
    now, before = {"a": 6, "b": 6, "c": 2, "d": 3}, {"a": 3, "b": 4}
    assert [(h.key, h.now, h.before) for h in figures.hot_spots(now, before)] == [("a", 6, 3), ("d", 3, 0)]


def test_equal_numbers_share_a_place():
    assert figures.ranked({"a": 4, "b": 7, "c": 4, "d": 1, "e": 0}) == [
        (1, "b", 7),
        (2, "a", 4),
        (2, "c", 4),
        (4, "d", 1),
    ]


def test_satisfaction_leaves_out_whoever_was_unsure():
    assert figures.satisfaction({"very_good": 2, "fair": 1, "bad": 1, "unsure": 9}) == Decimal("0.7500")
    assert figures.satisfaction({"unsure": 3}) is None


def test_outlets_are_compared_by_thousands():
    assert figures.per_thousand(3, 1200) == Decimal("2.50")
    assert figures.per_thousand(3, 0) is None


def test_sums_climb_from_project_to_area_to_group():
    nodes = [Node(1, "group", "集团", None), Node(2, "area", "东片区", 1), Node(3, "area", "西片区", 1)]
    units = {10: ("湖东项目", 2), 11: ("湖西项目", 3), 12: ("湖南项目", 3), 13: ("总部", None)}
    lines = figures.roll_up(nodes, units, {10: 4, 11: 1, 12: 2, 13: 1})
    assert [(s.name, s.depth, s.count) for s in lines] == [
        ("集团", 0, 7),
        ("东片区", 1, 4),
        ("湖东项目", 2, 4),
        ("西片区", 1, 3),
        ("湖西项目", 2, 1),
        ("湖南项目", 2, 2),
        ("总部", 0, 1),
    ]


@pytest.mark.parametrize(
    ("formula", "worth"),
    [
        ("有效投诉数÷户数", "0.0125"),
        ("有效投诉数 / 户数 × 1000", "12.5000"),
        ("（有效投诉数 + 1） ÷ （户数 − 800 + 800）".replace("−", "-"), "0.0150"),
        ("5% × 户数", "20.0000"),
        ("有效投诉数－2－1", "2.0000"),
    ],
)
def test_a_formula_is_worked_out_in_decimals(formula, worth):
    assert formulas.value(formula, {"有效投诉数": Decimal(5), "户数": Decimal(400)}) == Decimal(worth)


def test_nothing_comes_of_a_division_by_nothing_or_of_a_number_that_nobody_gave():
    assert formulas.value("有效投诉数÷户数", {"有效投诉数": Decimal(5), "户数": Decimal(0)}) is None
    assert formulas.value("户数÷户数", {"户数": Decimal(0)}) is None
    assert formulas.value("有效投诉数÷户数", {"有效投诉数": Decimal(5)}) is None
    assert formulas.names("有效投诉数÷户数÷户数") == ["有效投诉数", "户数"]


@pytest.mark.parametrize(
    "text", ["", "各件“退还多收的金额”相加", "1÷", "(1", "a b", "__import__('os')", "1" * 201, "(" * 150]
)
def test_what_is_no_formula_is_not_run(text):
    assert not formulas.computable(text)
    with pytest.raises(Refused):
        formulas.names(text)
