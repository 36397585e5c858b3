"""The ledger's rules: sums that add up to the cent, who says yes in which order, what may follow what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.demo import small
from shared.domain import ledger, penalties, regimes, sums
from shared.domain.errors import Refused
from shared.domain.ledger import STEPS, PenaltyState, Standing
from shared.domain.lifecycle import Role

BOOKS = {code: regimes.parse(small.text_of(code)) for code in ("R2", "R3", "R10", "R13", "R24")}
RULES = {(code, rule.code): rule for code, book in BOOKS.items() for rule in book.penalties}
amounts = st.decimals(Decimal("0.01"), Decimal(50_000), places=2)
DAY = dt.date(2026, 9, 7)
NOTHING = Standing(frozenset(), frozenset())


def code_of(call, *given) -> str:
    with pytest.raises(Refused) as caught:
        call(*given)
    return f"{caught.value.code} {caught.value.facts.get('field', '')}".strip()


@given(amounts, st.integers(1, 36))
def test_agreed_parts_add_up_to_the_cent_and_differ_by_a_cent_at_most(fine, parts):
    found = penalties.equal_parts(fine, parts)
    assert (sum(found), len(found)) == (fine, parts)
    assert max(found) - min(found) <= Decimal("0.01")


@given(amounts, st.decimals(Decimal(500), Decimal(5000), places=2), st.lists(amounts, max_size=5))
def test_a_month_never_takes_more_than_its_cap_with_all_that_others_take(fine, most, taken):
    parts = penalties.under_cap(fine, most, taken, longest=10_000)
    assert sum(parts) == fine
    before = [*taken, *([Decimal(0)] * len(parts))]
    assert all(part == 0 or part + other <= most for part, other in zip(parts, before, strict=False))


@given(st.decimals(Decimal("0.01"), Decimal(1_000_000), places=2), st.integers(1, 90), st.integers(1, 30))
def test_no_share_of_a_loss_is_larger_than_the_loss(loss, more, own):
    basis = {"loss": loss, "all_points": Decimal(own + more), "own_points": Decimal(own)}
    assert 0 <= sums.work_out(RULES["R13", "loss"], basis).amount <= loss


@pytest.mark.parametrize(
    ("rule", "basis", "amount", "formula"),
    [
        (("R3", "loss"), {"loss": 25000}, "3500.00", "10,000.00 × 20% + 15,000.00 × 10% = 3,500.00"),
        (("R3", "loss"), {"loss": 0}, "0.00", "0.00"),
        (
            ("R13", "loss"),
            {"loss": 12000, "all_points": 60, "own_points": 5},
            "1000.00",
            "12,000.00 ÷ 60 × 5 = 1,000.00",
        ),
        (("R24", "press"), {"shops": 12}, "1100.00", "100.00 × (12 − 1) = 1,100.00"),
        (("R24", "television"), {"shops": 12}, "2200.00", "200.00 × (12 − 1) = 2,200.00"),
        (("R24", "ranking"), {"rank": 1}, "2000.00", "2,000.00"),
        (("R24", "ranking"), {"rank": 3}, "1000.00", "1,000.00"),
        (("R24", "others"), {}, "0.00", ""),
        (("R2", "discipline"), {}, "0.00", ""),
    ],
)
def test_a_sum_is_written_down_as_it_is_worked_out(rule, basis, amount, formula):
    found = sums.work_out(RULES[rule], {k: Decimal(v) for k, v in basis.items()})
    assert (found.amount, found.formula) == (Decimal(amount), formula)


@pytest.mark.parametrize(
    ("rule", "basis", "refused"),
    [
        (("R3", "loss"), {}, "missing loss"),
        (("R3", "loss"), {"loss": -1}, "bad_amount loss"),
        (("R3", "loss"), {"loss": 10**12}, "bad_amount loss"),
        (("R13", "loss"), {"loss": 1, "all_points": 0, "own_points": 0}, "bad_amount all_points"),
        (("R13", "loss"), {"loss": 1, "all_points": 5, "own_points": 6}, "more_than_all own_points"),
        (("R24", "press"), {"shops": Decimal("1.5")}, "bad_amount shops"),
        (("R24", "ranking"), {"rank": 4}, "missing rank"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(rule, basis, refused):
    assert code_of(sums.work_out, RULES[rule], {k: Decimal(v) for k, v in basis.items()}) == refused


def test_a_bonus_of_which_nothing_can_be_taken_ends_nowhere():
    rule = RULES["R13", "loss"]
    for bonus in ("0", "0.01", "1.00"):
        assert code_of(ledger.capped, rule, Decimal(1000), Decimal(bonus), DAY, []) == "nothing_to_take bonus"


def test_parts_fall_on_the_last_days_of_months_and_a_month_apart():
    rule = RULES["R13", "loss"]
    found = ledger.capped(rule, Decimal(1500), Decimal(1200), dt.date(2026, 12, 7), [])
    assert [day for day, _ in found] == [dt.date(2026, 12, 31), dt.date(2027, 1, 31), dt.date(2027, 2, 28)]
    agreed = ledger.agreed(RULES["R3", "loss"], Decimal(90), 3, dt.date(2026, 12, 31))
    assert [day for day, _ in agreed] == [dt.date(2026, 12, 31), dt.date(2027, 1, 31), dt.date(2027, 2, 28)]
    assert code_of(ledger.agreed, RULES["R24", "press"], Decimal(90), 2, DAY) == "bad_parts parts"


@pytest.mark.parametrize(
    ("code", "rule", "proposer", "last"),
    [
        ("R13", "loss", Role.DISPATCHER, Role.GOV_LEADER),
        ("R24", "press", Role.CHIEF, Role.GOV_LEADER),
        ("R3", "loss", Role.INTAKE, Role.GOV_LEADER),
        ("R10", "performance", Role.CHIEF, Role.GOV_LEADER),
        ("R2", "discipline", Role.INTAKE, Role.CHIEF),
    ],
)
def test_the_rule_book_names_who_proposes_and_who_has_the_last_yes(code, rule, proposer, last):
    chain = ledger.levels(BOOKS[code], RULES[code, rule])
    assert len(chain) >= 2
    assert proposer in chain[0]
    assert last in chain[-1]


def test_only_a_rule_that_gives_an_objection_is_heard():
    assert {key for key, rule in RULES.items() if ledger.hearers(BOOKS[key[0]], rule)} == {
        ("R3", "late"),
        ("R3", "loss"),
        ("R3", "personal"),
    }


def test_what_a_rule_asks_for_has_to_have_happened():
    book = BOOKS["R24"]
    called = {rule.code for rule in book.penalties if ledger.called_for(book, rule, NOTHING)}
    assert called == {"ranking", "others"}
    by_finding = replace(NOTHING, findings=frozenset({"plain"}))
    assert ledger.called_for(book, RULES["R24", "shop_fine"], by_finding)
    assert not ledger.called_for(book, RULES["R24", "press"], by_finding)
    assert ledger.called_for(book, RULES["R24", "press"], replace(NOTHING, events=frozenset({"deemed_true"})))
    assert ledger.called_for(book, RULES["R24", "handling_fee"], replace(NOTHING, overdue=True))
    assert not ledger.called_for(book, RULES["R24", "shop_fine"], replace(NOTHING, findings=frozenset({"malicious"})))


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_step_is_taken_where_it_begins_and_nowhere_else(step):
    for state in PenaltyState:
        if state in STEPS[step]:
            ledger.check(step, state)
        else:
            assert code_of(ledger.check, step, state) == "not_now"
    assert PenaltyState.PROPOSED not in STEPS["pay"] | STEPS["notify"]
