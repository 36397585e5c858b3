"""Facts about receipt numbers and access codes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import receipts

seeds = st.integers(0, 2**32)


def test_receipt_has_eleven_digits_and_code_sixteen() -> None:
    rand = random.Random(1).randrange
    assert len(receipts.new_receipt_no(rand)) == 11
    assert len(receipts.new_access_code(rand)) == 16


@given(seeds)
def test_drawn_numbers_pass_their_own_check(seed: int) -> None:
    rand = random.Random(seed).randrange
    assert receipts.is_receipt_no(receipts.new_receipt_no(rand))
    assert receipts.is_access_code(receipts.new_access_code(rand))


def test_check_digit_of_a_known_number_is_right() -> None:
    # Worked example published with the algorithm: 572 has check digit 4.
    assert receipts.is_receipt_no("0000000" + "5724")


@given(seeds, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(seed: int, at: int, shift: int) -> None:
    code = receipts.new_access_code(random.Random(seed).randrange)
    wrong = code[:at] + str((int(code[at]) + shift) % 10) + code[at + 1 :]
    assert not receipts.is_access_code(wrong)


@given(seeds, st.integers(0, 14))
def test_two_neighbouring_digits_swapped_are_always_noticed(seed: int, at: int) -> None:
    code = receipts.new_access_code(random.Random(seed).randrange)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or not receipts.is_access_code(swapped)


def test_every_receipt_number_can_be_drawn_with_a_leading_zero() -> None:
    assert receipts.new_receipt_no(lambda n: 0) == "00000000000"


@pytest.mark.parametrize(
    "typed",
    [
        "12345678901",
        "123 4567 8901",
        "１２３４５６７８９０１",
        "受理编号：123-4567-8901",
        "查询码: 123–4567—8901",
        "  Receipt number: 12345678901。\n",
        "123\u200b4567\ufeff8901",
        "\u202e12345678901\x00",
        "123.4567_8901",
    ],
)
def test_spaces_hyphens_full_width_and_labels_do_not_matter(typed: str) -> None:
    assert receipts.normalise(typed) == "12345678901"


@pytest.mark.parametrize("typed", ["", "   ", "受理编号", "12a34", "12345678901号", "一二三", "٣٤٥", "😀", "🄌x"])
def test_what_is_not_a_number_reads_as_nothing(typed: str) -> None:
    assert receipts.normalise(typed) == ""


@given(st.text())
def test_any_text_reads_as_plain_digits_or_nothing(typed: str) -> None:
    read = receipts.normalise(typed)
    assert read == "" or int(read) >= 0
    assert read.isascii()


@pytest.mark.parametrize("odd", ["²" * 11, "１" * 11, "٣" * 11, "", "0" * 10, "0" * 12])
def test_other_digits_and_lengths_are_no_receipt_number(odd: str) -> None:
    assert not receipts.is_receipt_no(odd)


@given(seeds)
def test_a_shown_number_reads_back_as_itself(seed: int) -> None:
    rand = random.Random(seed).randrange
    for number in (receipts.new_receipt_no(rand), receipts.new_access_code(rand)):
        assert receipts.normalise(receipts.grouped(number)) == number


def test_numbers_are_shown_in_groups() -> None:
    assert receipts.grouped("4827615033941207") == "4827 6150 3394 1207"
    assert receipts.grouped("12345678901") == "123 4567 8901"
