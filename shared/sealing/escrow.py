"""The deposit: a private key in three shares on paper, any two of which restore it (Shamir over GF(256)).

A share is typed from paper, so it bears a check of its own and the mark of its set; the letters are Crockford's,
in which I, L and O are read as the digits they resemble.
"""

from __future__ import annotations

import hashlib
import secrets

SHARES, NEEDED = 3, 2
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = str.maketrans("ILO", "110", " -\t\n\r")
_CHECK, _SET, _SECRET = 3, 2, 32
_BYTES = 1 + _SET + _SECRET + _CHECK
_LETTERS = -(-_BYTES * 8 // 5)


class BadShare(Exception):
    """A share that can't be used; `code` says why: typed, same or foreign."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def split(secret: bytes) -> list[str]:
    """Three shares of 32 bytes, as they are printed."""
    mark, slope = secrets.token_bytes(_SET), secrets.token_bytes(_SECRET)
    points = range(1, SHARES + 1)
    return [
        _written(bytes((x,)) + mark + bytes(s ^ _times(a, x) for s, a in zip(secret, slope, strict=True)))
        for x in points
    ]


def join(one: str, other: str) -> bytes:
    """The secret from two shares; raises BadShare."""
    (x, first), (y, second) = _read(one), _read(other)
    if first[:_SET] != second[:_SET]:
        raise BadShare("foreign")
    if x == y:
        raise BadShare("same")
    # A straight line through both points, read off at zero: (y·f(x) + x·f(y)) / (x + y).
    turn = _inverse(x ^ y)
    pairs = zip(first[_SET:], second[_SET:], strict=True)
    return bytes(_times(_times(a, y) ^ _times(b, x), turn) for a, b in pairs)


def check(share: str) -> None:
    """Whether one share was typed right; raises BadShare('typed')."""
    _read(share)


def _written(body: bytes) -> str:
    number = int.from_bytes(body + _sum(body), "big") << (_LETTERS * 5 - _BYTES * 8)
    letters = "".join(ALPHABET[number >> (5 * i) & 31] for i in reversed(range(_LETTERS)))
    return "-".join(letters[i : i + 5] for i in range(0, _LETTERS, 5))


def _read(share: str) -> tuple[int, bytes]:
    letters = share.upper().translate(_READ)
    if len(letters) != _LETTERS or set(letters) - set(ALPHABET):
        raise BadShare("typed")
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    whole = (number >> (_LETTERS * 5 - _BYTES * 8)).to_bytes(_BYTES, "big")
    body, found = whole[:-_CHECK], whole[-_CHECK:]
    if _sum(body) != found or not 1 <= body[0] <= SHARES:
        raise BadShare("typed")
    return body[0], body[1:]


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(b"huiyin share|" + body).digest()[:_CHECK]


def _times(a: int, b: int) -> int:
    """Product in GF(256) with the polynomial x^8 + x^4 + x^3 + x + 1."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """a^254, for a^255 is 1."""
    power = 1
    for _ in range(254):
        power = _times(power, a)
    return power
