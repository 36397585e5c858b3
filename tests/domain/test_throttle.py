"""Facts about waiting after failed tries."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.throttle import LONGEST_WAIT, may_try, still_counted, wait_after

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
NONE = timedelta(0)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (5, 0), (6, 1), (7, 2), (8, 4), (9, 8), (14, 256), (15, 512), (16, 900), (17, 900), (10**9, 900)],
)
def test_waits_double_after_the_fifth_failure_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


def test_who_never_failed_may_try() -> None:
    assert may_try(0, None, NOON) == NONE


def test_the_wait_runs_down_and_ends() -> None:
    assert may_try(8, NOON, NOON) == timedelta(seconds=4)
    assert may_try(8, NOON, NOON + timedelta(seconds=3)) == timedelta(seconds=1)
    assert may_try(8, NOON, NOON + timedelta(seconds=4)) == NONE


def test_failures_are_forgotten_after_a_day() -> None:
    assert still_counted(40, NOON, NOON + timedelta(hours=23)) == 40
    assert still_counted(40, NOON, NOON + timedelta(days=1)) == 0
    assert still_counted(3, None, NOON) == 0


@given(st.integers(0, 10**6), st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_no_clock_jump_ever_locks_the_owner_out(failures: int, jump: timedelta) -> None:
    assert NONE <= may_try(failures, NOON, NOON + jump) <= LONGEST_WAIT


def test_a_year_of_guessing_stays_below_one_in_a_thousand_million() -> None:
    now, failures, last, guesses = NOON, 0, None, 0
    while now < NOON + timedelta(days=365):
        now += may_try(failures, last, now)
        failures, last, guesses = still_counted(failures, last, now) + 1, now, guesses + 1
        now += timedelta(milliseconds=20)
    # The sixteenth digit follows from the other fifteen.
    assert guesses / 10**15 < 1e-9
