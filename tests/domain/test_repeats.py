"""Alike texts share a mark, others don't; the first few of a flood pass."""

from __future__ import annotations

import re

import pytest

from shared.domain.repeats import PASS, mark_of, surplus

KEY = b"k" * 32
TEXT = "村务公开栏已经三个月没有更新，补贴名单一直看不到，问了几次都说过几天再贴。请尽快公布今年的名单。"


def alike(one: str, other: str) -> bool:
    return bool(set(enumerate(mark_of(KEY, one).split())) & set(enumerate(mark_of(KEY, other).split())))


@pytest.mark.parametrize("other", [TEXT, f"第17次：{TEXT}", TEXT.replace("，", " "), TEXT + "！！！ 2026"])
def test_numbers_signs_and_blanks_make_no_new_text(other: str):
    assert alike(TEXT, other)


def test_a_word_more_or_less_makes_no_new_text():
    changed = [TEXT.replace("尽快", "马上"), TEXT.replace("今年的", ""), TEXT + "谢谢。"]
    assert [alike(TEXT, one) for one in changed] == [True, True, True]


def test_texts_on_the_same_matter_stay_different():
    assert not alike(TEXT, "公开栏上的补贴名单是去年的，今年谁领了多少钱，村里没有人说得清楚，希望能查一查。")


def test_a_mark_tells_nothing_without_the_key():
    assert not set(mark_of(KEY, TEXT).split()) & set(mark_of(b"x" * 32, TEXT).split())
    assert re.fullmatch(r"([0-9a-f]{12} ){3}[0-9a-f]{12}", mark_of(KEY, TEXT))


@pytest.mark.parametrize("text", ["", "123", "？！", "好"])
def test_nothing_is_said_of_a_text_that_says_nothing(text: str):
    assert mark_of(KEY, text) == ""


def test_the_first_ones_pass_and_others_in_between_are_left_alone():
    flood, other = mark_of(KEY, TEXT), mark_of(KEY, "窗口的人态度很好，但是每次都要多跑一趟。")
    marks = [(n, other if n % 7 == 6 else flood) for n in range(20)]
    assert surplus(marks) == [n for n, mark in marks if mark == flood][PASS:]
