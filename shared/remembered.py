"""What a process keeps in mind of rows that change seldom: every page asks for them, the database hardly ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

FRESH_SECONDS = 30.0
T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers by key; each is asked for again after half a minute, an empty one every time."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer as this process knows it; `ask` gets it from the database. `key` names the database too."""
        at, known = self._known.get(key, (0.0, None))
        if not known or time.monotonic() - at > FRESH_SECONDS:
            known = ask()
            self._known[key] = (time.monotonic(), known)
        return known

    def forget(self) -> None:
        """Drops everything: the next to ask gets what the database says."""
        self._known.clear()
