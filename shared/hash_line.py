"""Who hashes a password now, who waits, who is told to come again: bounded over all web processes (R15)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_SECONDS = 1.0
BUSY_RETRY_SECONDS = 3
WAITING = 4
"""So many of a process may wait for their turn; each holds a thread meanwhile, and the others must stay free."""


class Busy(Exception):
    """Too many passwords are being hashed at once; ask the person to come back after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Line:
    """A process's own part of the machine: `slots` hash at once, some more wait, the next one comes back later."""

    def __init__(self, slots: int) -> None:
        # Each Argon2id takes 19 to 64 MiB and a whole core: unbounded, a crowd at the door would take both.
        self.slots = slots
        self.places = slots + WAITING
        self.hashing = threading.BoundedSemaphore(self.slots)
        self.inside = threading.BoundedSemaphore(self.places)


def slots_for(processes: int) -> int:
    """How many hashes at once in one of so many processes: no more in all than there are cores, one at least."""
    return max(1, (os.cpu_count() or 1) // processes)


_line = Line(slots_for(1))
_place = threading.local()


def bound(processes: int) -> None:
    """Called at a web process's start: it is one of so many."""
    global _line
    _line = Line(slots_for(processes))


def line() -> Line:
    """This process's line."""
    return _line


@contextmanager
def hash_place() -> Iterator[None]:
    """A place in the line, before anything is read or counted for somebody; raises Busy in a crowd."""
    with _inside(_line):
        _place.held = True
        try:
            yield
        finally:
            _place.held = False


@contextmanager
def hash_slot() -> Iterator[None]:
    """The hash itself, and no more, so that reading and writing keep no core idle; raises Busy."""
    own = _line
    if getattr(_place, "held", False):
        with own.hashing:  # whoever is inside comes up: there are few
            yield
        return
    with _inside(own):
        if not own.hashing.acquire(timeout=WAIT_SECONDS):
            raise Busy(BUSY_RETRY_SECONDS)
        try:
            yield
        finally:
            own.hashing.release()


@contextmanager
def _inside(own: Line) -> Iterator[None]:
    # The next one is told to come back at once, not after a wait in vain.
    if not own.inside.acquire(blocking=False):
        raise Busy(BUSY_RETRY_SECONDS)
    try:
        yield
    finally:
        own.inside.release()
