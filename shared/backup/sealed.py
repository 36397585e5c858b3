"""A stream that is closed for a public key while it is written, in pieces, so that its size needs no memory.

`head | length of the box | box with the stream's own key | (length | piece)…`. Each piece is an envelope of its own
for its place in the stream, and the last one says that it is the last: nothing can be cut off, moved or put in.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO

from shared.sealing import boxes, envelope
from shared.sealing.envelope import Unreadable

HEAD = b"huiyin sealed 1\n"
PIECE = 1024 * 1024
MOST_SEALED = PIECE + 1024
_LENGTH = struct.Struct(">I")


class Sealing:
    """Takes bytes, hands them on sealed; `plain` and `sealed` are the SHA-256 of what came and what left."""

    def __init__(self, sink: BinaryIO, public: bytes, what: str, profile: str = "international") -> None:
        self._sink, self._what, self._profile = sink, what, profile
        self._key = os.urandom(envelope.KEY_BYTES)
        self._waiting, self._number = bytearray(), 0
        self.plain, self.sealed, self.size = hashlib.sha256(), hashlib.sha256(), 0
        box = boxes.close(public, f"backup|{what}", self._key, profile)
        self._put(HEAD + _LENGTH.pack(len(box)) + box)

    def write(self, data: bytes | bytearray) -> int:
        """Takes the next bytes."""
        self.plain.update(data)
        self._waiting += data
        while len(self._waiting) > PIECE:  # one is always kept back, for the end must be marked
            self._piece(bytes(self._waiting[:PIECE]), "more")
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Seals what is left as the end; without it the stream can't be read."""
        self._piece(bytes(self._waiting), "end")

    def __enter__(self) -> Sealing:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if kind is None:
            self.close()

    def _piece(self, data: bytes, mark: str) -> None:
        where = f"backup|{self._what}|{self._number}|{mark}"
        sealed = envelope.close(self._key, where, data, self._profile, blur=False)
        self._put(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1

    def _put(self, data: bytes) -> None:
        self.sealed.update(data)
        self.size += len(data)
        self._sink.write(data)


class Opening:
    """Reads what `Sealing` wrote; raises Unreadable for another key, another place or anything changed."""

    def __init__(self, source: BinaryIO, private: bytes, what: str) -> None:
        self._pieces, self._left = _opened(source, private, what), b""
        self.plain = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""
        parts, wanted = [], size
        while wanted:
            if not self._left:
                self._left = next(self._pieces, b"")
                self.plain.update(self._left)
                if not self._left:
                    break
            parts.append(self._left[:wanted])
            self._left = self._left[wanted:]
            wanted -= len(parts[-1])
        return b"".join(parts)

    def exactly(self, size: int) -> bytes:
        """So many bytes; raises Unreadable where they have ended."""
        found = self.read(size)
        if len(found) != size:
            raise Unreadable
        return found

    def rest(self) -> Iterator[bytes]:
        """All that is still to come, in pieces."""
        while data := self.read(PIECE):
            yield data


def _opened(source: BinaryIO, private: bytes, what: str) -> Iterator[bytes]:
    if source.read(len(HEAD)) != HEAD:
        raise Unreadable
    key = boxes.open_(private, f"backup|{what}", _block(source) or b"")
    number, sealed = 0, _block(source)
    if sealed is None:
        raise Unreadable
    while sealed is not None:
        following = _block(source)
        where = f"backup|{what}|{number}|{'more' if following is not None else 'end'}"
        yield envelope.open_(key, where, sealed, blur=False)
        number, sealed = number + 1, following


def _block(source: BinaryIO) -> bytes | None:
    head = source.read(_LENGTH.size)
    if not head:
        return None
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    data = source.read(length) if 0 < length <= MOST_SEALED else b""
    if not data or len(data) != length:
        raise Unreadable
    return data
