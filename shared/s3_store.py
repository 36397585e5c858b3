"""Files in S3-compatible storage, for hosts that share no disk."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from shared import s3
from shared.files import checked_name, is_name
from shared.s3 import Bucket

FILES, QUARANTINE = "files/", "quarantine/"


class S3Store:
    """Objects under random names; an object is there whole or not at all, and the storage keeps it safe."""

    def __init__(self, bucket: Bucket, temporary: Path) -> None:
        self._bucket, self._temporary = bucket, temporary

    def put(self, data: BinaryIO) -> str:
        """Store from the beginning of `data` and return the name; raises StoreAway."""
        name = secrets.token_hex(16)
        self.put_as(name, data)
        return name

    def put_as(self, name: str, data: BinaryIO, *, locked: bool = False) -> None:
        """Store under a name that was given out before; `locked` puts it into quarantine."""
        s3.put(self._bucket, _cell(name) if locked else _key(name), data)

    def open(self, name: str) -> BinaryIO:
        """A working copy of the stored bytes; FileNotFoundError if they are gone, StoreAway."""
        return self._fetched(_key(name))

    def has(self, name: str) -> bool:
        """Whether the bytes are there; raises StoreAway."""
        return s3.there(self._bucket, _key(name))

    def open_locked(self, name: str) -> BinaryIO:
        """A working copy of the bytes in quarantine; FileNotFoundError if they are gone, StoreAway."""
        return self._fetched(_cell(name))

    def lock_away(self, name: str) -> None:
        """Move a file in which a virus was found to where nothing is ever handed out from."""
        if s3.there(self._bucket, _key(name)):  # else a sweep before this one has done it
            s3.copy(self._bucket, _key(name), _cell(name))
            s3.delete(self._bucket, _key(name))

    def locked_away(self, name: str) -> bool:
        """Whether the file lies in quarantine."""
        return s3.there(self._bucket, _cell(name))

    def delete(self, name: str) -> None:
        """Remove the file; without complaint if that has been done already."""
        s3.delete(self._bucket, _key(name))
        s3.delete(self._bucket, _cell(name))

    def names(self) -> Iterator[tuple[str, bool]]:
        """Every file, and whether it lies in quarantine."""
        for prefix, locked in ((FILES, False), (QUARANTINE, True)):
            for key in s3.keys(self._bucket, prefix):
                if is_name(name := key.removeprefix(prefix)):
                    yield name, locked

    def _fetched(self, key: str) -> BinaryIO:
        with ExitStack() as at_fault:
            copy = at_fault.enter_context(self._working_copy())
            s3.get(self._bucket, key, copy)
            copy.seek(0)
            at_fault.pop_all()
        return copy

    def _working_copy(self) -> BinaryIO:
        """A file without a name: it is gone when it is closed."""
        self._temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cast(BinaryIO, tempfile.TemporaryFile(dir=self._temporary))


def _key(name: str) -> str:
    return FILES + checked_name(name)


def _cell(name: str) -> str:
    return QUARANTINE + checked_name(name)
