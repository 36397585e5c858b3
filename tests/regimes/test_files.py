"""A faulty regime file is refused with all its faults, each with its line, what was found and an example."""

from __future__ import annotations

import time

import pytest

from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.regimes import Fault

R2, R5 = regimes.shipped("R2"), regimes.shipped("R5")


def faults(text: str) -> list[Fault]:
    with pytest.raises(Refused) as caught:
        regimes.parse(text, "R0.toml")
    found = caught.value.facts["faults"]
    assert isinstance(found, list)
    return found


def of(text: str) -> set[tuple[str, str]]:
    return {(one.code, one.found) for one in faults(text)}


def test_every_fault_is_told_at_once() -> None:
    text = R2.replace("value = 5", 'value = "五"').replace('owner = "dispatcher"', 'owner = "mayor"')
    found = of(text + '\nunknown = "x"')
    assert {("unknown_key", "unknown"), ("value", "五"), ("role_nobody", "mayor")} <= found


def test_a_fault_names_file_line_key_and_an_example() -> None:
    text = R2.replace('unit = "WD"', 'unit = "CD"', 1)
    [found] = faults(text)
    line = text.splitlines().index('unit = "CD"') + 1
    assert (found.file, found.line, found.key) == ("R0.toml", line, "limits.general.unit")
    assert (found.code, found.example) == ("unit_mismatch", 'unit = "WD"')


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('starts = ["signed"]', 'starts = ["sigend"]', ("event_unknown", "sigend")),
        ('starts = ["signed"]', "starts = []", ("no_start", "")),
        ('tell = ["signer"]', 'tell = ["mayor"]', ("role_nobody", "mayor")),
        ("value = 10", "value = 12", ("value_mismatch", "12")),
        ('severity = "complex"', 'severity = "general"', ("twice", "general")),
        ('id = "complex"', 'id = "general"', ("twice", "general")),
        ('limits = ["general", "complex"]', 'limits = ["hard"]', ("limit_unknown", "hard")),
        ('row = "R2.15"\nstart', 'row = "R3.07"\nstart', ("row_foreign", "R3.07")),
        ('row = "R2.15"\nstart', 'row = "R2.99"\nstart', ("row_unknown", "R2.99")),
        ('quote = "应在10个工作日内办结"\n\n[[limits]]', 'quote = ""\n\n[[limits]]', ("quote_missing", "")),
        ('{ code = "archivist"', '{ code = "porter"', ("step_nobody", "archive")),
        ('channels = ["web"', 'channels = ["pigeon"', ("channel_unknown", "pigeon")),
        ('"slip_no", "unit"', '"price", "unit"', ("field_unfilled", "price")),
    ],
)
def test_what_disagrees_is_found(old: str, new: str, fault: tuple[str, str]) -> None:
    assert old in R2
    assert fault in of(R2.replace(old, new))


def test_an_approval_by_a_role_that_nobody_has_is_refused() -> None:
    chain = '\n[[approvals]]\nof = "reply"\nchain = [{ role = "boss" }]\nrow = "R2.11"\n'
    assert ("role_nobody", "boss") in of(R2 + chain)


def test_a_row_that_no_table_names_is_missed() -> None:
    assert ("row_missing", "R2.20") in of(R2.replace('row = "R2.20"', 'row = "R2.19"'))


def test_a_day_is_promised_by_the_office_in_a_field_for_days() -> None:
    right = 'kind = "date", step = "register", promises = true'
    for wrong in ('kind = "text", step = "register"', 'kind = "date", step = "file"'):
        text = regimes.shipped("R20").replace(right, f"{wrong}, promises = true")
        assert "fields.promised_for.promises" in {one.key for one in faults(text)}


def test_a_misspelt_key_suggests_the_right_one() -> None:
    [found] = faults(R2.replace('owner = "signer"', 'ownr = "signer"\nowner = "signer"'))
    assert (found.code, found.example) == ("unknown_key", "owner")


def test_text_that_is_no_toml_is_refused() -> None:
    [found] = faults('code = "R2"\ntitle = ')
    assert (found.code, found.line) == ("toml", 2)


@pytest.mark.parametrize("code", regimes.codes())
def test_every_shipped_rule_book_is_free_of_faults(code: str) -> None:
    assert [str(one) for one in regimes.faults_in(regimes.shipped(code), f"{code}.toml")] == []


@pytest.mark.parametrize("code", regimes.codes())
def test_every_number_names_its_row_and_its_words(code: str) -> None:
    book = regimes.parse(regimes.shipped(code))
    assert all(r.row.startswith(f"{code}.") and r.quote for r in book.limits if r.row != "cfg")


def test_twenty_six_rule_books_are_read_and_checked_in_a_fifth_of_a_second() -> None:
    texts = [regimes.shipped(code) for code in regimes.codes()]
    texts = [texts[n % len(texts)] for n in range(26)]
    best = min(_seconds(texts) for _ in range(3))
    assert best < 0.2, best


def _seconds(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        regimes.parse(text)
    return time.process_time() - began
