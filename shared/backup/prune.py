"""Lets go of old backups, and of the files that no kept backup lists any more."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from shared.backup import manifest, places, pool


def prune(root: Path, keep_days: int, now: dt.datetime) -> tuple[int, int]:
    """Removes backups older than that, never the newest, and files of theirs alone; how many backups and files.

    Raises Refused('backup_running'), and 'backup_unreadable' for a damaged one: then nothing is removed, for what it
    lists isn't known.
    """
    oldest = now - dt.timedelta(days=keep_days)
    with places.alone(root):
        said = {folder: manifest.read(folder) for folder in manifest.all_in(root)}
        newest = max(said, default=None)
        old = [f for f, one in said.items() if f != newest and dt.datetime.fromisoformat(one.at) < oldest]
        kept = {pool.place(pool.of(root, said[f].recipient), name) for f in said if f not in old for name in _names(f)}
        for folder in old:
            folder.rename(gone := root / f"{places.PART}{folder.name}")  # half a backup must not look like one
            shutil.rmtree(gone)
        for rest in root.glob(f"{places.PART}*"):  # of one that broke off: nobody else is here
            shutil.rmtree(rest)
        files = [path for path in (root / "files").glob("*/*/*") if path not in kept]
        for path in files:
            path.unlink()
    return len(old), len(files)


def _names(folder: Path) -> list[str]:
    return list(pool.listed(folder))
