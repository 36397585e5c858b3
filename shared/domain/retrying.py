"""When a notice is tried again, and when trying ends and a person has to act."""

from __future__ import annotations

import datetime as dt

MOST_ATTEMPTS = 50
"""R7: at once, soon, then every five minutes for four hours; afterwards somebody has to call or write."""
MOST_FAULTS = 5
"""How often our own code may fail on a notice before a person is asked to look at it (R16)."""
FIRST = dt.timedelta(seconds=20)
LONGEST = dt.timedelta(minutes=5)


def wait_after(attempts: int, chance: float) -> dt.timedelta:
    """How long to wait after so many attempts: not at all after the first, then twice as long each time.

    `chance` in [0, 1) spreads by a fifth up and down what failed together, so that it doesn't come back together.
    """
    if attempts <= 1:
        return dt.timedelta(0)
    doubled: dt.timedelta = FIRST * 2 ** min(attempts - 2, 10)
    return min(doubled, LONGEST) * (0.8 + 0.4 * chance)
