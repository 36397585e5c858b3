"""A receipt number that was given before is no fault: another is drawn, and nobody notices."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask

from shared.services import intake
from tests.support import world as w

SAME, LAST = [1] * 25, [2] * 25
"""What is drawn for a receipt number and an access code: ten and fifteen digits."""


def drawn(monkeypatch: pytest.MonkeyPatch, digits: list[int]) -> None:
    waiting = iter(digits)
    monkeypatch.setattr(secrets, "randbelow", lambda _n: next(waiting))


@pytest.mark.usefixtures("db")
def test_a_number_that_was_given_before_is_drawn_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    town = w.township()
    drawn(monkeypatch, SAME + SAME + LAST)
    first, second = town.file_case(app), town.file_case(app)
    assert (first.receipt_no[:3], second.receipt_no[:3]) == ("111", "222")
    assert first.case_id != second.case_id


@pytest.mark.usefixtures("db")
def test_drawing_ends_where_something_else_is_wrong(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    town = w.township()
    drawn(monkeypatch, SAME * (intake.TRIES + 1))
    town.file_case(app)
    with pytest.raises(intake.IntegrityError):
        town.file_case(app)
