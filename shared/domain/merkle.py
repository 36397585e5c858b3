"""Hash trees: one root stands for many leaves, a short path proves that a leaf is among them (RFC 9162, 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32


def leaf(data: bytes) -> bytes:
    """The hash of a leaf; marked, so that no inner node can pass for a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The root of leaves that come one after another; remembers as many hashes as the tree is high."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes) -> None:
        """Takes the hash of the next leaf."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            hashed = node(self._peaks.pop()[1], hashed)
            height += 1
        self._peaks.append((height, hashed))
        self.count += 1

    def root(self) -> bytes:
        """The root of all leaves so far; the hash of nothing where there is none."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        right = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            right = node(left, right)
        return right


def root(hashed: Sequence[bytes]) -> bytes:
    """The root of these leaf hashes."""
    front = Frontier()
    for one in hashed:
        front.add(one)
    return front.root()


def path(hashed: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """The neighbours from a leaf up to the root, each with its side: 'L' stands to the left, 'R' to the right."""
    found: list[tuple[str, bytes]] = []
    low, high = 0, len(hashed)
    while high - low > 1:
        middle = low + _split(high - low)
        if position < middle:
            found.append(("R", root(hashed[middle:high])))
            high = middle
        else:
            found.append(("L", root(hashed[low:middle])))
            low = middle
    return found[::-1]


def climb(hashed: bytes, steps: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that a leaf hash leads to along a path."""
    for side, neighbour in steps:
        hashed = node(neighbour, hashed) if side == "L" else node(hashed, neighbour)
    return hashed


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
