"""Whether a password stands in a file of leaked ones (ASVS 6.2.12): sorted SHA-1 hashes, searched by halving.

The file is as Have I Been Pwned hands it out: a line `HASH` or `HASH:count`, by hash, tens of gigabytes. It is asked on
this machine, so that no password, nor a part of its hash, goes anywhere.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

LINE = re.compile(rb"[0-9A-Fa-f]{40}(?::\d+)?\r?\n?")
LONGEST = 80
"""Bytes of a line; longer ones are none of this file."""


def sound(path: Path) -> bool:
    """Whether the file can be read and its first line is of the kind."""
    try:
        with path.open("rb") as file:
            return LINE.fullmatch(file.readline(LONGEST)) is not None
    except OSError:
        return False


def holds(path: Path, password: str) -> bool:
    """Whether the password's hash stands in the file; a file that is away forbids nobody to choose one."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with path.open("rb") as file:
            return _found(file, wanted, path.stat().st_size)
    except OSError:
        return False


def _found(file: BinaryIO, wanted: bytes, size: int) -> bool:
    low, high = 0, size
    while low < high:  # the first line that isn't before the wanted one begins in [low, high]
        middle = (low + high) // 2
        if _line_after(file, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_after(file, low) == wanted


def _line_after(file: BinaryIO, place: int) -> bytes:
    """The hash of the first line that begins at this place or after it; past the end, what sorts last."""
    if place:
        file.seek(place - 1)
        file.readline(LONGEST)
    else:
        file.seek(0)
    line = file.readline(LONGEST)
    return line[:40].upper() if line else b"~"
