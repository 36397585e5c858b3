"""Facts and what follows from them: bounds are inclusive where the rule book says 以上."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.demo.small import text_of
from shared.domain import regimes, triggers
from shared.domain.errors import Refused
from shared.domain.ladders import next_rung, rung_of

R23 = regimes.parse(text_of("R23"))


def codes(book: regimes.Regime, **found: object) -> list[str]:
    return [one.code for one in triggers.fired(book, triggers.checked(book, found))]


@pytest.mark.parametrize(
    ("found", "major"),
    [
        ({"households": "5"}, True),
        ({"households": "4"}, False),
        ({"cost": "10000.00"}, True),
        ({"cost": "9999.99"}, False),
        ({"court": True}, True),
        ({"court": False}, False),
        ({}, False),
        ({"households": "4", "cost": "10000"}, True),
    ],
)
def test_five_households_ten_thousand_yuan_or_a_court_make_it_grave(found: dict[str, object], major: bool) -> None:
    assert codes(R23, **found) == (["major"] if major else [])


@given(st.integers(0, 10**9))
def test_the_bound_itself_counts_and_nothing_below_it(households: int) -> None:
    assert codes(R23, households=str(households)) == (["major"] if households >= 5 else [])


@given(st.decimals(0, 10**9, places=2))
def test_cents_are_never_lost(cost: Decimal) -> None:
    assert codes(R23, cost=str(cost)) == (["major"] if cost >= 10000 else [])


@pytest.mark.parametrize("text", ["五", "-1", "1e99", "NaN", "Infinity", "4.5", "1" * 40, "0x10", "1 000"])
def test_what_is_no_sensible_number_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        triggers.checked(R23, {"households": text})
    assert caught.value.facts["field"] == "households"


def test_what_nobody_asks_about_is_not_kept() -> None:
    assert triggers.checked(R23, {"vip": True, "households": "6"}) == {"households": "6"}


@pytest.mark.parametrize("code", [c for c in regimes.codes() if c not in {"R2", "R5"}])
def test_every_class_that_a_trigger_sets_and_every_fact_it_asks_is_known(code: str) -> None:
    book = regimes.parse(text_of(code))
    for one in book.triggers:
        found = triggers.effects(book, [one])
        assert found.severity in {"", *(s.code for s in book.severities)}
    assert not triggers.COMPUTED & set(triggers.asked(book))


def test_of_two_classes_the_graver_one_holds_and_a_lighter_one_is_refused() -> None:
    book = regimes.parse(text_of("R9"))
    both = triggers.fired(book, {"major": "yes", "public_effect": "yes"})
    assert triggers.effects(book, both).severity == "major"
    assert triggers.lighter(book, "general", "important")
    assert not triggers.lighter(book, "major", "important")
    assert not triggers.lighter(book, "general", "")


def test_a_class_set_by_hand_leads_to_the_same() -> None:
    book = regimes.parse(text_of("R1"))
    assert triggers.effects(book, triggers.by_class(book, "major")).decide == (("decision", "head", "major"),)
    assert triggers.by_class(book, "ordinary") == []


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("R20", ["supervisor", "manager", "vice", "general"]),
        ("R13", ["ops", "service"]),
        ("R24", ["region", "top"]),
        ("R15", ["quality", "builder", "joint"]),
        ("R1", ["head"]),
        ("R2", []),
    ],
)
def test_a_ladder_is_climbed_one_rung_at_a_time(code: str, way: list[str]) -> None:
    book, here, found = regimes.parse(text_of(code) if code != "R2" else regimes.shipped(code)), "", []
    while (there := next_rung(book, here)) is not None:
        found.append(there.code)
        here = there.code
    assert found == way
    assert rung_of(book, "no such rung") == rung_of(book, "")
