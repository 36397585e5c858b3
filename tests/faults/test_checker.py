"""The checker in short: clients and a nemesis on real processes; `./huiyin test --faults MINUTES` runs it for long."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.conftest import ENGINE
from tests.faults.checker import verdict
from tests.faults.checker.clients import Record, Told
from tests.faults.checker.run import check

SECONDS = 60


def test_what_was_promised_holds_whatever_breaks() -> None:
    seed = int(os.environ.get("HUIYIN_CHECKER_SEED", random.randrange(1_000_000)))
    outcome = check(ENGINE, SECONDS, seed)
    assert not outcome.faults, outcome.text()
    assert outcome.told["F:ok"] > 10, outcome.text()
    assert sum(outcome.broken.values()) > 8, outcome.text()


@pytest.mark.parametrize(
    ("outcome", "held"),
    [("ok", 0), ("ok", 2), ("fail", 1), ("unknown", 2)],
)
def test_the_checker_finds_a_complaint_lost_doubled_or_kept_against_its_word(outcome: str, held: int) -> None:
    record = Record(1, [Told("F-000001-0", outcome)])
    pages = {number: Counter(["F-000001-0"]) for number in range(held)}
    assert list(verdict.filings(record, pages))


def test_the_checker_finds_a_note_written_twice_and_a_case_nobody_filed() -> None:
    record = Record(1, [Told("N-000001-0", "ok")])
    assert list(verdict.notes(record, {1: Counter({"N-000001-0": 2})}))
    assert list(verdict.filings(record, {1: Counter(["F-000001-9"])}))
