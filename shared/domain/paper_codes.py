"""核对码: what stands on an issued paper so that anybody can ask whether it is genuine; how a typed one is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that is taken for something else: no 0 and O, no 1 and I."""
LENGTH = 12
LONGEST_TYPED = 100


def new(rand: Callable[[int], int]) -> str:
    """Eleven random characters (55 bits) and one that shows a slip of the pen; `rand(n)` draws from 0 to n-1."""
    body = "".join(ALPHABET[rand(len(ALPHABET))] for _ in range(LENGTH - 1))
    return body + _check(body)


def read(typed: str) -> str:
    """The code that was meant, '' for what can't be one; blanks, hyphens, small and full-width letters don't matter."""
    folded = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    code = "".join(char for char in folded if char in ALPHABET)
    plain = "".join(char for char in folded if unicodedata.category(char)[0] not in "ZPC")
    return code if code == plain and len(code) == LENGTH and _check(code[:-1]) == code[-1] else ""


def grouped(code: str) -> str:
    """As printed: 4-4-4."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _check(body: str) -> str:
    """Odd weights, so that any one wrong character shows, and two neighbours that changed places nearly always."""
    return ALPHABET[sum((2 * n + 1) * ALPHABET.index(char) for n, char in enumerate(body)) % len(ALPHABET)]
