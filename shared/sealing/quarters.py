"""One wrapping key per calendar quarter: what lies in an old backup dies with its quarter's key.

`KEY_DIR/quarters/2026Q4` holds a line like every key file. Keys are made two years ahead, so that a program that may
not write its keys runs on; one that has outlived them goes on with its newest.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

FOLDER, RING = "quarters", "quarters"
AHEAD = 8


def name_of(day: dt.date) -> str:
    """The quarter of a day, as its file is called; names sort as quarters do."""
    return f"{day.year:04d}Q{(day.month + 2) // 3}"


def from_(day: dt.date, number: int = AHEAD) -> list[str]:
    """The names of so many quarters, the one of the day first."""
    first = 4 * day.year + (day.month - 1) // 3
    return [f"{q // 4:04d}Q{q % 4 + 1}" for q in range(first, first + number)]


def files(folder: Path) -> list[Path]:
    """The keys there are; the folder itself, which no key is, where there is none."""
    found = sorted(path for path in (folder / FOLDER).glob("[0-9]*Q[1-4]") if path.is_file())
    return found or [folder / FOLDER / "*"]


def over(name: str) -> dt.date:
    """The first day after a quarter; raises ValueError for what isn't one."""
    year, quarter = map(int, name.split("Q"))
    if not 1 <= quarter <= 4:
        raise ValueError(name)
    return dt.date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)


def gone_on(day: dt.date, backup_days: int) -> dt.date:
    """From when on nothing that stood under a day's quarter opens: its last backup may go, and its key with it."""
    return over(name_of(day)) + dt.timedelta(days=backup_days)


def current(rings: Mapping[str, Mapping[str, bytes]], day: dt.date) -> tuple[str, bytes]:
    """Id and key for what is closed on a day: its quarter's, or else the nearest one before, or the first there is."""
    held = sorted(name for name in rings if name.startswith(FOLDER + "/"))
    until = [name for name in held if name <= f"{FOLDER}/{name_of(day)}"]
    return next(iter(rings[until[-1] if until else held[0]].items()))


def destroy(path: Path) -> None:
    """Overwrites a key's file before it goes; a copy of the file elsewhere is somebody else's to destroy."""
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
