"""Sealed streams: what went in comes out, and nothing can be cut off, moved, put in or read with another key."""

import io
import tracemalloc

import pytest

from shared.backup.sealed import PIECE, Opening, Sealing
from shared.sealing import boxes
from shared.sealing.envelope import Unreadable

PRIVATE = boxes.new_private()
PUBLIC = boxes.public_of(PRIVATE)


def sealed(data: bytes, what: str = "it", profile: str = "international") -> bytes:
    sink = io.BytesIO()
    with Sealing(sink, PUBLIC, what, profile) as sealing:
        for start in range(0, len(data), 300_000):
            sealing.write(data[start : start + 300_000])
    return sink.getvalue()


def opened(text: bytes, what: str = "it", private: bytes = PRIVATE) -> bytes:
    return b"".join(Opening(io.BytesIO(text), private, what).rest())


@pytest.mark.parametrize("profile", ["international", "sm"])
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_went_in_comes_out(size: int, profile: str) -> None:
    data = bytes(i % 251 for i in range(size))
    text = sealed(data, profile=profile)
    assert opened(text) == data
    assert size < 64 or data[:64] not in text


def test_nobody_else_can_open_it_and_it_opens_as_nothing_else() -> None:
    text = sealed(b"words")
    for wrong in ({"private": boxes.new_private()}, {"what": "other"}):
        with pytest.raises(Unreadable):
            opened(text, **wrong)


@pytest.mark.parametrize("change", ["cut", "cut a piece", "twice", "flipped", "swapped", "empty"])
def test_whatever_was_changed_is_noticed(change: str) -> None:
    text = sealed(bytes(3 * PIECE))
    piece = PIECE + 38
    last = text[-piece:]
    changed = {
        "cut": text[:-1],
        "cut a piece": text[:-piece],
        "twice": text + last,
        "flipped": text[:5000] + bytes((text[5000] ^ 1,)) + text[5001:],
        "swapped": text[: -2 * piece] + last + text[-2 * piece : -piece],
        "empty": b"",
    }[change]
    with pytest.raises(Unreadable):
        opened(changed)


def test_a_large_stream_needs_little_memory() -> None:
    class Nowhere(io.RawIOBase):
        def write(self, data: object) -> int:
            return len(data)  # type: ignore[arg-type]  # bytes

    tracemalloc.start()
    with Sealing(Nowhere(), PUBLIC, "it") as sealing:  # type: ignore[arg-type]  # it is written to only
        for _ in range(40):
            sealing.write(bytes(PIECE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * PIECE
    assert sealing.size > 40 * PIECE
