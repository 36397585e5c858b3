"""A faulty regime file is refused with all its faults."""

from __future__ import annotations

import pytest

from shared.domain import regimes
from shared.domain.errors import Refused


def faults(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        regimes.parse(text)
    found = caught.value.facts["faults"]
    assert isinstance(found, list)
    return found


def test_every_fault_is_told_at_once() -> None:
    text = regimes.shipped("R2").replace("value = 5", 'value = "五"').replace('unit = "WD"', 'unit = "周"', 1)
    assert len(faults(text + '\nunknown = "x"')) >= 2


def test_a_limit_without_a_known_start_is_refused() -> None:
    text = regimes.shipped("R5").replace('starts = ["received"]', 'starts = ["recieved"]')
    assert "recieved" in faults(text)[0]


def test_a_role_that_nobody_holds_is_refused() -> None:
    text = regimes.shipped("R5").replace('tell = ["intake", "chief"]', 'tell = ["mayor"]')
    assert faults(text)


def test_text_that_is_no_toml_is_refused() -> None:
    assert faults("code = ")


@pytest.mark.parametrize("code", ["R2", "R5"])
def test_every_number_names_its_row_and_its_words(code: str) -> None:
    book = regimes.parse(regimes.shipped(code))
    assert all(r.row.startswith(f"{code}.") and r.quote for r in book.limits)
