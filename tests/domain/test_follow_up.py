"""After the end: who is visited, what a visit must say, when scores are told, when the next survey is due."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from shared.domain import follow_up, regimes
from shared.domain.calendar import Calendar
from shared.domain.errors import Refused
from shared.domain.follow_up import Heard
from shared.domain.regimes.citizen import Survey, Visit

PLAIN = Calendar({}, frozenset())
ALL = Visit(role="desk", row="R9.14", reopens=True)


def test_every_closed_case_is_visited_where_the_rule_book_says_all() -> None:
    assert all(follow_up.owed(ALL, n) for n in range(1, 20))


@pytest.mark.parametrize(("share", "visited"), [("0.20", [5, 10, 15, 20]), ("0.50", [2, 4, 6, 8, 10]), ("0.05", [20])])
def test_of_a_share_each_so_many_th_is_visited(share: str, visited: list[int]) -> None:
    rule = Visit(role="desk", all=False, share=share, row="R25.08")
    assert [n for n in range(1, 21) if follow_up.owed(rule, n)][: len(visited)] == visited


def test_where_neither_all_nor_a_share_is_named_the_office_picks() -> None:
    rule = Visit(role="desk", all=False, row="R25.08")
    assert not any(follow_up.owed(rule, n) for n in range(1, 50))


def test_a_visit_is_planned_three_working_days_after_and_after_a_try_on_the_next_one() -> None:
    thursday = dt.date(2026, 9, 10)
    assert follow_up.planned_on(PLAIN, thursday) == dt.date(2026, 9, 15)
    assert follow_up.planned_on(PLAIN, thursday, tries=1) == dt.date(2026, 9, 11)


@pytest.mark.parametrize(
    ("heard", "field"),
    [
        (Heard("", "good"), "visit_way"),
        (Heard("online", "good"), "visit_way"),
        (Heard("form", "good"), "visit_way"),
        (Heard("phone", "wonderful"), "level"),
        (Heard("phone", "bad"), "comment"),
    ],
)
def test_a_visit_says_how_and_how_content_and_what_is_still_wrong(heard: Heard, field: str) -> None:
    with pytest.raises(Refused) as caught:
        follow_up.check_heard(ALL, heard)
    assert caught.value.facts["field"] == field


def test_each_question_with_a_score_has_one_from_one_to_five() -> None:
    rule = follow_up.visit_rule(regimes.of_text(regimes.shipped("R8")))
    assert rule is not None
    whole = {str(n): 3 for n in range(8)}
    follow_up.check_heard(rule, Heard("phone", "good", None, whole))
    for key, score in (("0", 0), ("4", 6), ("7", -1)):
        with pytest.raises(Refused) as caught:
            follow_up.check_heard(rule, Heard("phone", "good", None, whole | {key: score}))
        assert caught.value.facts["field"] == f"score_{key}"


@pytest.mark.parametrize(
    ("level", "still", "said"), [("bad", None, True), ("good", True, True), ("unsure", False, False)]
)
def test_dissatisfied_is_who_says_so_and_whose_problem_is_still_there(
    level: str, still: bool | None, said: bool
) -> None:
    assert Heard("phone", level, still).dissatisfied is said


def test_no_mean_is_told_of_fewer_than_five() -> None:
    assert follow_up.mean([5, 5, 5, 5]) is None
    assert follow_up.mean([5, 4, 4, 3, 5]) == Decimal("4.2")


@pytest.mark.parametrize(("answers", "told"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (23, 20)])
def test_answers_are_told_in_fives_so_that_no_single_one_shows(answers: int, told: int) -> None:
    assert follow_up.shown(answers) == told


@pytest.mark.parametrize(
    ("cadence", "due"),
    [
        ("每月", dt.date(2027, 2, 28)),
        ("每季度", dt.date(2027, 4, 30)),
        ("每半年", dt.date(2027, 7, 31)),
        ("每年", dt.date(2028, 1, 31)),
        ("", None),
    ],
)
def test_the_next_survey_is_due_by_the_cadence(cadence: str, due: dt.date | None) -> None:
    items = [{"code": "a", "name": "供电管理", "row": "R8.01"}]
    rule = Survey.model_validate({"code": "owners", "name": "调查", "items": items, "cadence": cadence, "row": "R8.01"})
    assert follow_up.next_survey(rule, dt.date(2027, 1, 31)) == due
    assert follow_up.next_survey(rule, None) is None


def test_quarters_go_back_without_a_gap() -> None:
    found = follow_up.quarters(dt.date(2026, 2, 17), 6)
    assert found[0] == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert found[1] == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert all(later[0] - dt.timedelta(days=1) == earlier[1] for later, earlier in zip(found, found[1:], strict=False))
