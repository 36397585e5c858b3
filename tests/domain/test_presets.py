"""Limits of outside laws: in force by date, offered only where they fit, cited when they are adopted."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.domain import presets, regimes
from shared.domain.calendar import Unit

TODAY = dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("petition_accept", 15, "CD"),
        ("petition_finish", 60, "CD"),
        ("petition_extension", 30, "CD"),
        ("petition_review", 30, "CD"),
        ("petition_review_answer", 30, "CD"),
        ("market_accept", 7, "WD"),
        ("market_mediate", 45, "WD"),
        ("market_tell", 7, "WD"),
        ("market_report", 15, "WD"),
        ("consumer", 7, "WD"),
    ],
)
def test_each_law_says_its_number_in_its_own_unit(code, value, unit):
    [one] = [p for p in presets.presets() if p.code == code]
    assert (one.value, one.unit) == (value, Unit(unit))
    assert "《" in one.law
    assert "条" in one.law


def test_a_law_is_offered_from_its_first_to_its_last_day():
    [old] = [p for p in presets.presets() if p.code == "market_accept"]
    days = {"2019-12-31": False, "2020-01-01": True, "2026-04-14": True, "2026-04-15": False}
    assert {day: old.in_force(dt.date.fromisoformat(day)) for day in days} == days
    assert old.replaced_by
    assert all(p.replaced_by for p in presets.presets() if p.until)


def test_days_are_never_offered_for_working_days():
    book = regimes.parse(regimes.shipped("R17"))  # every X is in working days
    for blank in [b for b in book.blanks if b.key.startswith("limits.")]:
        assert {one.unit for one in presets.fitting(book, blank)} <= {Unit.WORKING_DAYS}
    review = next(b for b in book.blanks if b.key == "limits.review.value")
    assert presets.chosen(book, review, "consumer", TODAY).value == 7
    assert presets.chosen(book, review, "market_accept", TODAY) is None  # no longer in force
    assert presets.chosen(book, review, "petition_accept", TODAY) is None
    assert presets.chosen(book, review, "nothing", TODAY) is None
    more = next(b for b in book.blanks if b.key == "extension.max_days")  # counted in days of the calendar
    assert presets.chosen(book, more, "petition_extension", TODAY).value == 30


def test_what_is_no_limit_gets_no_law():
    book = regimes.parse(regimes.shipped("R4"))
    [first, *_] = [b for b in book.blanks if b.key.startswith("rosters.")]
    assert presets.fitting(book, first) == []
