"""What goes first, and how long a notice waits for its next try."""

import datetime as dt

import pytest

from shared.domain.notices import NOTICES
from shared.domain.priorities import Priority, priority_of
from shared.domain.retrying import LONGEST, MOST_ATTEMPTS, wait_after


def test_the_second_try_comes_at_once():
    assert wait_after(1, 0.9) == dt.timedelta(0)


def test_each_wait_is_twice_the_last_until_five_minutes():
    waits = [wait_after(n, 0.5) for n in range(2, MOST_ATTEMPTS)]
    assert [wait.total_seconds() for wait in waits[:6]] == [20, 40, 80, 160, 300, 300]
    assert waits[-1] == LONGEST


def test_all_tries_together_last_about_four_hours():
    for chance in (0.0, 0.5, 0.999):
        total = sum((wait_after(n, chance) for n in range(1, MOST_ATTEMPTS)), dt.timedelta(0))
        assert dt.timedelta(hours=2.8) < total < dt.timedelta(hours=4.5)


def test_what_failed_together_does_not_come_back_together():
    assert wait_after(9, 0.0) == dt.timedelta(minutes=4)
    assert wait_after(9, 0.999) > dt.timedelta(minutes=5.9)


@pytest.mark.parametrize("code", ["received", "identity_urgent", "clock_overdue", "security_alarm"])
def test_receipts_and_alarms_go_first(code: str):
    assert priority_of(code, {}) is Priority.URGENT


@pytest.mark.parametrize("code", ["digest", "bulk_notice", "issue_published"])
def test_what_is_written_for_many_goes_last(code: str):
    assert priority_of(code, {}) is Priority.LAST


def test_a_notice_can_be_urgent_or_for_many_by_its_facts():
    assert priority_of("accepted", {"urgent": True}) is Priority.URGENT
    assert priority_of("accepted", {"bulk": True}) is Priority.LAST


def test_most_notices_are_neither():
    usual = [notice.code for notice in NOTICES if priority_of(notice.code, {}) is Priority.USUAL]
    assert {"accepted", "answered", "to_sign"} <= set(usual)
