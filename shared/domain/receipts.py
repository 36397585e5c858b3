"""What a receipt number (受理编号) and an access code (查询码) look like, and how a typed one is read."""

import unicodedata
from collections.abc import Callable
from itertools import dropwhile

RECEIPT_DIGITS = 11
CODE_DIGITS = 16
LONGEST_TYPED = 100

# A totally anti-symmetric quasigroup (H. M. Damm, 2004): one wrong digit or two neighbours swapped always show.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def new_receipt_no(rand: Callable[[int], int]) -> str:
    """Ten random digits and their check digit; `rand(n)` draws from 0 to n-1. No counter: it would tell the volume."""
    return _drawn(rand, RECEIPT_DIGITS)


def new_access_code(rand: Callable[[int], int]) -> str:
    """Fifteen random digits (about 50 bits) and their check digit; `rand(n)` draws from 0 to n-1."""
    return _drawn(rand, CODE_DIGITS)


def normalise(text: str) -> str:
    """The digits meant, '' if unreadable; full-width forms, spaces, hyphens and a label (受理编号：) don't matter."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TYPED])
    shown = "".join(char for char in folded if unicodedata.category(char)[0] not in "ZPC")
    digits = "".join(dropwhile(str.isalpha, shown))
    return digits if _all_digits(digits) else ""


def is_receipt_no(digits: str) -> bool:
    """Whether these digits can be a receipt number: length and check digit."""
    return _sound(digits, RECEIPT_DIGITS)


def is_access_code(digits: str) -> bool:
    """Whether these digits can be an access code; a typing error fails here and costs no attempt."""
    return _sound(digits, CODE_DIGITS)


def grouped(digits: str) -> str:
    """As shown and printed: a receipt number 3-4-4, an access code 4-4-4-4."""
    head = len(digits) % 4
    parts = [digits[:head]] if head else []
    return " ".join(parts + [digits[at : at + 4] for at in range(head, len(digits), 4)])


def _drawn(rand: Callable[[int], int], length: int) -> str:
    digits = "".join(str(rand(10)) for _ in range(length - 1))
    return digits + str(_damm(digits))


def _sound(digits: str, length: int) -> bool:
    return len(digits) == length and _all_digits(digits) and _damm(digits) == 0


def _all_digits(text: str) -> bool:
    # isdigit() alone also says yes to '²' and '１'.
    return text.isascii() and text.isdigit()


def _damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
