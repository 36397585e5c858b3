"""Marks the notices of one act to be held until a person agrees (W1.03); see `held` for what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shared.domain.notices import Audience

BULK = "bulk"
_holding: ContextVar[str] = ContextVar("holding", default="")


@contextmanager
def holding(reason: str) -> Iterator[None]:
    """Inside, notices owed to citizens are written as held; '' holds nothing."""
    token = _holding.set(reason)
    try:
        yield
    finally:
        _holding.reset(token)


def first_state(audience: str) -> tuple[str, str]:
    """State and outcome of a notice that is just being written."""
    reason = _holding.get() if audience == Audience.CITIZEN else ""
    return ("held", reason) if reason else ("queued", "")
