"""What penalties come to, by the worked examples of the rule books."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.penalties import by_bands, by_points, instalments, per_other

R3 = [(Decimal(10000), Decimal("0.20")), (None, Decimal("0.10"))]
sums = st.decimals(Decimal(0), Decimal(1_000_000), places=2)


@pytest.mark.parametrize(
    ("loss", "fine"), [("0", "0.00"), ("8000", "1600.00"), ("10000", "2000.00"), ("25000", "3500")]
)
def test_bands_take_a_share_of_each_part(loss, fine):
    assert by_bands(Decimal(loss), R3) == Decimal(fine)


def test_base_points_divide_the_loss():
    assert by_points(Decimal(12000), Decimal(60), Decimal(5)) == Decimal("1000.00")


def test_each_other_shop_is_paid():
    assert (per_other(Decimal(100), 12), per_other(Decimal(200), 12), per_other(Decimal(100), 1)) == (1100, 2200, 0)


def test_what_is_above_the_cap_is_taken_in_the_next_month():
    assert instalments(Decimal(1000), Decimal(1200), Decimal("0.50")) == [600, 400]


@given(sums, sums)
def test_a_larger_loss_never_costs_less(one, other):
    assert by_bands(min(one, other), R3) <= by_bands(max(one, other), R3)


@given(st.decimals(Decimal(0), Decimal(50_000), places=2), st.decimals(Decimal(500), Decimal(5000), places=2))
def test_instalments_add_up_and_none_is_above_the_cap(fine, bonus):
    parts = instalments(fine, bonus, Decimal("0.50"))
    assert sum(parts) == fine
    assert all(0 < part <= bonus / 2 + Decimal("0.01") for part in parts)


def test_nothing_can_be_taken_of_no_bonus():
    with pytest.raises(ValueError, match="nothing"):
        instalments(Decimal(1), Decimal(0), Decimal("0.50"))
