"""Which signs about staff accounts are kept on record, and how many of them in a day are an alarm (ASVS 16.3)."""

from __future__ import annotations

import datetime as dt

KINDS = (
    "sign_in",
    "password_right",
    "sign_in_failed",
    "factor_failed",
    "password_failed",
    "waited",
    "proved",
    "session_ended",
    "refused",
    "many_reads",
)
FAILURES = frozenset({"sign_in_failed", "factor_failed", "password_failed", "waited"})
"""Tries that failed or came too soon: the work of a bad memory, or of somebody who guesses."""
CODE_OF = dict.fromkeys(sorted(FAILURES), "failures") | {"refused": "refusals", "many_reads": "reads"}
"""The kinds of lines that may be an alarm, and of which sort."""
BURST = 10
"""So many failures, or so many refusals, of one account on one day."""
SPREAD = 50
"""So many failures in one institution on one day: a guess at each of many accounts stays below BURST at every one."""
ALARM_STANDS = dt.timedelta(days=7)
"""A weekend and the holidays round it must not swallow an alarm."""
WAITED_ONCE = dt.timedelta(minutes=1)
"""Tries that come too soon cost nothing, so one line a minute stands for all of them."""
REFUSED_CODES = frozenset({"not_yours", "no_such_case"})
"""Not one's own to do, and not one's own to know: whoever tries numbers gets the second."""


def too_many(sort: str, count: int) -> bool:
    """Whether so many lines of one sort (failures, refusals, reads) of one account on one day are an alarm."""
    return count >= (1 if sort == "reads" else BURST)
