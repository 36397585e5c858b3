"""A chain needs exactly its levels, in their order; what a rule book's tables mean for the steps of a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.demo.small import text_of
from shared.domain import regimes
from shared.domain.approvals import (
    GUARDS,
    Chain,
    Level,
    Standing,
    Verdict,
    fits,
    missing,
    of_book,
    rule_for,
    standing,
    verdicts,
    waiting,
)
from shared.domain.lifecycle import CASE_STEPS, Role
from shared.domain.visibility import Actor, Held

YES, NO, UP = Verdict.YES, Verdict.NO, Verdict.UP
LENGTHS = st.integers(1, 9)


def chain(levels: int, way: str = "all") -> Chain:
    return Chain(tuple(Level((f"level{n}",)) for n in range(levels)), way)


@given(LENGTHS)
def test_a_chain_of_n_levels_needs_exactly_its_levels_in_their_order(n: int) -> None:
    found, said = chain(n), []
    for level in range(n):
        assert (standing(found, said), waiting(found, said)) == (Standing.ASKED, (level,))
        said.append((level, YES))
    assert (standing(found, said), waiting(found, said)) == (Standing.THROUGH, ())


@given(LENGTHS, st.data())
def test_one_no_sends_it_back_wherever_it_comes(n: int, data: st.DataObject) -> None:
    level = data.draw(st.integers(0, n - 1))
    said = [*((before, YES) for before in range(level)), (level, NO)]
    assert (standing(chain(n), said), waiting(chain(n), said)) == (Standing.DECLINED, ())


@given(LENGTHS, st.data())
def test_where_one_is_enough_any_level_may_speak_first(n: int, data: st.DataObject) -> None:
    found, level = chain(n, "any"), data.draw(st.integers(0, n - 1))
    assert waiting(found, []) == tuple(range(n))
    assert standing(found, [(level, YES)]) is Standing.THROUGH


@given(LENGTHS, st.data())
def test_what_goes_up_is_decided_by_the_first_level_that_can(n: int, data: st.DataObject) -> None:
    found, level = chain(n, "up"), data.draw(st.integers(0, n - 1))
    said = [(before, UP) for before in range(level)]
    assert (standing(found, said), waiting(found, said)) == (Standing.ASKED, (level,))
    assert standing(found, [*said, (level, YES)]) is Standing.THROUGH
    assert (UP in verdicts(found, level)) == (level < n - 1), "the last level has nobody above it"


def test_nobody_hands_on_what_every_level_has_to_agree_to() -> None:
    assert verdicts(chain(3), 0) == (YES, NO)


@pytest.mark.parametrize("action", sorted(GUARDS))
def test_every_guarded_step_is_one_of_the_table(action: str) -> None:
    assert action in CASE_STEPS


@pytest.mark.parametrize("code", ["R2", "R5"])
def test_what_has_a_step_of_its_own_is_not_asked_twice(code: str) -> None:
    book = regimes.parse(regimes.shipped(code))
    assert of_book(book) == []
    assert all(missing(book, action, frozenset(), {}) == "" for action in GUARDS)


@pytest.mark.parametrize(
    ("code", "action", "classes", "of"),
    [
        ("R13", "accept", set(), "acceptance"),
        ("R22", "transfer", set(), "transfer"),
        ("R22", "accept", set(), ""),
        ("R1", "feed_back", {"ordinary"}, ""),
        ("R1", "feed_back", {"major"}, "decision"),
        ("R13", "feed_back", {"quality"}, "report"),
        ("R13", "answer_at_once", {"contract"}, "decision"),
        ("R23", "answer_at_once", {"major"}, "decision"),
        ("R26", "close", set(), "close"),
        ("R20", "feed_back", set(), ""),
    ],
)
def test_a_step_waits_for_what_its_rule_book_says(code: str, action: str, classes: set[str], of: str) -> None:
    book = regimes.parse(text_of(code))
    assert missing(book, action, classes, {}) == of
    assert missing(book, action, classes, {of: "asked"}) == of
    assert missing(book, action, classes, {of: "declined"}) == of
    assert missing(book, action, classes, {of: "through"}) == ""


def test_what_somebody_has_laid_is_waited_for_though_nobody_had_to() -> None:
    book = regimes.parse(text_of("R20"))
    assert missing(book, "feed_back", set(), {"decision": "asked"}) == "decision"


def test_the_chain_of_a_class_comes_before_the_one_for_all() -> None:
    book = regimes.parse(text_of("R26"))
    assert rule_for(book, "decision", {"other"}) is None
    assert [level.role for level in rule_for(book, "decision", {"major"}).chain] == ["vice"]  # type: ignore[union-attr]


def actor(role: Role, post: str = "", unit: int = 1) -> Actor:
    return Actor(7, 1, held=(Held(role, unit, post),))


def test_of_several_who_act_in_one_role_only_the_post_that_is_meant_decides() -> None:
    book = regimes.parse(text_of("R20"))
    assert fits(book, ["general"], actor(Role.GOV_LEADER, "general"), ()) == "general"
    assert fits(book, ["general"], actor(Role.GOV_LEADER, "vice"), ()) == ""
    assert fits(book, ["general"], actor(Role.GOV_LEADER), ()) == "general", "nobody has said which post it is"


def test_a_units_post_decides_for_its_own_unit_alone() -> None:
    book = regimes.parse(text_of("R13"))
    assert fits(book, ["supervisor"], actor(Role.SIGNER, "supervisor", 4), [4]) == "supervisor"
    assert fits(book, ["supervisor"], actor(Role.SIGNER, "supervisor", 4), [5]) == ""
