"""Files in a folder of this machine, or of a disk that several share."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shared.files import CHUNK, checked_name, is_name


class DiskStore:
    """Files under random names in a folder of two levels; a name is given out only when the file is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: BinaryIO) -> str:
        """Store from the beginning of `data` and return the name; survives a power cut from then on."""
        name = secrets.token_hex(16)
        self.put_as(name, data)
        return name

    def put_as(self, name: str, data: BinaryIO, *, locked: bool = False) -> None:
        """Store under a name that was given out before; `locked` puts it into quarantine."""
        path = self._cell(name) if locked else self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        data.seek(0)
        try:
            with open(draft, "xb", opener=_private) as file:
                while chunk := data.read(CHUNK):
                    file.write(chunk)
                _settle(file)
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for level in (path.parent, path.parent.parent, self._folder):
            _sync_folder(level)

    def open(self, name: str) -> BinaryIO:
        """The stored bytes; FileNotFoundError if they are gone."""
        return open(self._path(name), "rb", opener=_private)

    def has(self, name: str) -> bool:
        """Whether the bytes are there."""
        return self._path(name).is_file()

    def open_locked(self, name: str) -> BinaryIO:
        """The bytes in quarantine; FileNotFoundError if they are gone."""
        return open(self._cell(name), "rb", opener=_private)

    def lock_away(self, name: str) -> None:
        """Move a file in which a virus was found to where nothing is ever handed out from."""
        path, cell = self._path(name), self._cell(name)
        cell.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():  # else a sweep before this one has done it
            path.rename(cell)
            for folder in (path.parent, cell.parent):
                _sync_folder(folder)

    def locked_away(self, name: str) -> bool:
        """Whether the file lies in quarantine."""
        return self._cell(name).exists()

    def delete(self, name: str) -> None:
        """Remove the file; without complaint if that has been done already."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        self._cell(name).unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)

    def names(self) -> Iterator[tuple[str, bool]]:
        """Every file, and whether it lies in quarantine."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if is_name(path.name):  # what is still being written has another
                yield path.name, False
        for path in (self._folder / "quarantine").glob("*"):
            if is_name(path.name):
                yield path.name, True

    def _cell(self, name: str) -> Path:
        return self._folder / "quarantine" / self._path(name).name

    def _path(self, name: str) -> Path:
        return self._folder / checked_name(name)[:2] / name[2:4] / name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _settle(file: BinaryIO) -> None:
    """Write through; the time is levelled to the day, so that it can't be matched with one complaint."""
    file.flush()
    day = int(os.fstat(file.fileno()).st_mtime) // 86400 * 86400
    os.utime(file.fileno(), (day, day))
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
