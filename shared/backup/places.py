"""Folders of backups: what is written appears whole or not at all, and never over something else."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from shared.domain.errors import Refused

PART = ".part-"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder; raises Refused('backup_running')."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("backup_running", place=str(folder)) from None
        yield


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A private file that takes its name when it is on the disk; FileExistsError where the name is taken."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{PART}{secrets.token_hex(6)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename it never takes another file's place
        except PermissionError:  # a disk without links (exFAT): nobody else writes here while we hold the lock
            if path.exists():
                raise FileExistsError(path) from None
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    settle(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder that takes its name when all that is in it is on the disk."""
    draft = path.with_name(f"{PART}{path.name}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        yield draft
        settle(draft)
        draft.rename(path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Writes a folder's entries through to the disk, where the file system can."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network disks have no such call
            os.fsync(place)
    finally:
        os.close(place)


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
