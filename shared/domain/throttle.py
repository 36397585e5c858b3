"""How long to wait after failed tries: a delay that doubles, never a lock, forgotten after a day."""

from datetime import datetime, timedelta
from typing import NamedTuple

FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
NO_WAIT = timedelta(0)


class Lock(NamedTuple):
    """Where a profile asks for it (等保三级): so many failures shut the account for so long."""

    failures: int
    lasts: timedelta


def wait_after(failures: int, lock: Lock | None = None) -> timedelta:
    """The wait that `failures` in a row cause: none for the first five, then 1, 2, 4 … seconds, at most 15 minutes."""
    if lock is not None:
        return lock.lasts if failures >= lock.failures else NO_WAIT
    if failures <= FREE_FAILURES:
        return NO_WAIT
    doublings = min(failures - FREE_FAILURES - 1, 10)  # 2**10 s are beyond the longest wait
    return min(timedelta(seconds=2**doublings), LONGEST_WAIT)


def may_try(failures: int, last_failure_at: datetime | None, now: datetime, lock: Lock | None = None) -> timedelta:
    """What is left of the wait; zero means that the next try may be evaluated."""
    if last_failure_at is None:
        return NO_WAIT
    # A clock set back must not lengthen the wait.
    passed = max(now - last_failure_at, NO_WAIT)
    return max(wait_after(still_counted(failures, last_failure_at, now), lock) - passed, NO_WAIT)


def still_counted(failures: int, last_failure_at: datetime | None, now: datetime, lock: Lock | None = None) -> int:
    """The failures that a new one is added to: none once a day has passed without any."""
    if last_failure_at is None or now - last_failure_at >= FORGOTTEN_AFTER:
        return 0
    if lock is not None and failures >= lock.failures and now - last_failure_at >= lock.lasts:
        return 0  # the lock is over: counting starts anew
    return failures
