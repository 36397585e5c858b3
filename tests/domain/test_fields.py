"""The rule book's own fields: who is asked what, what an answer may be, how it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from shared.demo.filled import answer, filled
from shared.domain import fields, regimes
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from tests.support import world as w


def book(code: str) -> Regime:
    return regimes.of_text(regimes.shipped(code))


def field(kind: str, **more: Any) -> InputField:
    return InputField(code="one", name="一项", row="cfg", kind=kind, **more)  # type: ignore[arg-type]


def codes(code: str, *steps: str, **more: Any) -> list[str]:
    return [one.code for one in fields.asked(book(code), *steps, **more)]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  一 \n 二 ", "一 二"),
        ("long", "一\n二 ", "一\n二"),
        ("date", "2026-11-30", "2026-11-30"),
        ("date", "２０２６-11-30", "2026-11-30"),
        ("number", "１２", "12"),
        ("number", "3.5", "3.5"),
        ("money", "￥1,200.5元", "1200.50"),
        ("money", "0", "0.00"),
        ("choice", "甲", "甲"),
        ("yes", "no", "no"),
        ("signature", "龘䶮", "龘䶮"),
    ],
)
def test_answers_are_kept_in_one_way(kind: str, typed: str, kept: str) -> None:
    assert fields.read(field(kind, choices=["甲", "乙"]), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "11月30日"),
        ("date", "2026-02-30"),
        ("date", "0001-01-01"),
        ("number", "二"),
        ("number", "-1"),
        ("number", "9" * 40),
        ("money", "1.234"),
        ("money", "1e9"),
        ("money", "NaN"),
        ("choice", "丙"),
        ("yes", "maybe"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(kind: str, typed: str) -> None:
    with pytest.raises(Refused) as caught:
        fields.read(field(kind, choices=["甲", "乙"]), typed)
    assert (caught.value.code, caught.value.facts["field"]) == (f"field_{kind}", "f_one")


def test_required_says_so_and_a_draft_may_lack_it() -> None:
    with pytest.raises(Refused) as caught:
        fields.check([field("text", need="required")], {})
    assert (caught.value.code, caught.value.facts["name"]) == ("field_missing", "一项")
    assert fields.check([field("text", need="required")], {}, draft=True) == {}


@pytest.mark.parametrize(("kind", "most"), [("text", 200), ("long", 3000)])
def test_a_text_has_an_end_and_nul_bytes_go(kind: str, most: int) -> None:
    assert fields.read(field(kind), "字\x00" * most) == "字" * most
    with pytest.raises(Refused, match="field_long"):
        fields.read(field(kind), "字" * (most + 1))


def test_whoever_stays_anonymous_is_asked_nothing_about_the_person() -> None:
    assert codes("R4", "file") == ["respondent_address", "complainant_unit", "complainant_address"]
    assert codes("R4", "file", mode="anonymous") == ["respondent_address"]


def test_what_the_product_asks_anyhow_is_not_asked_twice() -> None:
    assert codes("R9", "file") == ["sex", "age"]
    assert codes("R22", "file") == ["address"]


def test_a_channel_and_a_category_have_fields_of_their_own() -> None:
    assert "read_back" in codes("R20", "register", channel="phone")
    assert "read_back" not in codes("R20", "register", channel="letter")
    assert "events" in codes("R12", "file")
    assert "events" in codes("R12", "file", category="misconduct")
    assert "events" not in codes("R12", "file", category="lift")


def test_where_something_must_be_attached_the_rule_book_says_so() -> None:
    assert fields.needs_files(book("R14"), "file")
    assert not fields.needs_files(book("R17"), "file")


@pytest.mark.parametrize("code", regimes.codes())
def test_every_field_of_every_rule_book_takes_a_believable_answer(code: str) -> None:
    for one in book(code).fields:
        if one.kind != "files":
            assert fields.read(one, answer(one, w.MONDAY.date()))
    assert filled(book(code), "file", "register") is not None
