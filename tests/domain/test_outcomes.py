"""What came of a case: what each outcome calls for, and amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.demo import small
from shared.domain import outcomes, regimes
from shared.domain.errors import Refused
from shared.domain.outcomes import Result
from shared.domain.regimes import Regime


def book(code: str) -> Regime:
    return regimes.of_text(small.text_of(code))


R11, R14, R9, R2 = (book(code) for code in ("R11", "R14", "R9", "R2"))
PAID = Decimal("240.00")


@pytest.mark.parametrize(
    ("rules", "result", "lacks"),
    [
        (R11, Result(), "finding"),
        (R11, Result("fined"), "finding"),
        (R11, Result("wrong", None, ("apology",)), "amount"),
        (R11, Result("wrong", Decimal(0), ("apology",)), "amount"),
        (R11, Result("wrong", PAID), "ticks"),
        (R11, Result("wrong", PAID, ("apology",)), ""),
        (R11, Result("correct"), "ground_words"),
        (R11, Result("correct", text="收费目录第三条。"), ""),
        (R14, Result("rectify"), ""),
        (R14, Result("correct"), "finding"),
        (R9, Result(), "amount"),
        (R9, Result(amount=PAID), ""),
    ],
)
def test_an_outcome_carries_what_the_rule_book_calls_for(rules: Regime, result: Result, lacks: str):
    if not lacks:
        outcomes.check(rules, result)
        return
    with pytest.raises(Refused) as caught:
        outcomes.check(rules, result)
    assert caught.value.facts["field"] == lacks


def test_a_rule_book_without_outcomes_and_amounts_asks_nothing():
    assert not outcomes.asks(R2)
    with pytest.raises(Refused, match="not_now"):
        outcomes.check(R2, Result("wrong", PAID))


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("240", "240.00"), (" 240.5 元 ", "240.50"), ("1,240.00", "1240.00"), ("0.01", "0.01"), ("", None)],
)
def test_amounts_are_exact_decimals(text: str, yuan: str | None):
    assert outcomes.yuan(text) == (Decimal(yuan) if yuan else None)


@pytest.mark.parametrize("text", ["-1", "1.005", "1e3", "²", "NaN", "二百", "1234567890", "1.", ".5", "0x10", "1\n2"])
def test_whatever_else_is_written_is_no_amount(text: str):
    with pytest.raises(Refused, match="bad_amount"):
        outcomes.yuan(text)
