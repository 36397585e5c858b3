"""Which notice goes first while many wait: what can't wait, then what is due today, then what was written for many."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from shared.domain.notices import AT_ONCE


class Priority(IntEnum):
    """The order of sending; within one, whoever has waited longest."""

    URGENT = 0
    USUAL = 1
    LAST = 2


_URGENT = AT_ONCE | {"received"}
"""What staff are told at once is somebody's trouble now; a receipt is waited for at the counter."""
_LAST_KINDS = ("digest", "bulk", "issue_")


def priority_of(notice: str, facts: Mapping[str, Any]) -> Priority:
    """The priority of a notice by its code; `facts` with "urgent" or "bulk" say it of this one."""
    if notice in _URGENT or facts.get("urgent"):
        return Priority.URGENT
    return Priority.LAST if notice.startswith(_LAST_KINDS) or facts.get("bulk") else Priority.USUAL
