"""When a text comes again and again (ASVS 2.4.1): marks that alike texts share, and which of a flood are set aside.

A mark tells nothing of the text to whoever lacks the key. Of its bands each holds the least hashes of the text's
character pairs, so that texts with nine pairs in ten in common share a band almost surely, and texts that only speak
of the same matter share none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

PASS = 10
"""The first ones with much the same text go to the desk as ever: neighbours write together, too."""
REMEMBERED = dt.timedelta(days=3)
BANDS, IN_BAND = 4, 4
MOST_PAIRS = 1500
_LEFT_OUT = re.compile(r"[\W\d_]+")
_ROWS = BANDS * IN_BAND


def mark_of(key: bytes, text: str) -> str:
    """The bands of a text, with blanks between; '' for one too short to say that it comes again.

    Width, case, blanks, signs and digits are left out: a number that counts up makes no new text.
    """
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text).casefold())
    pairs = list(dict.fromkeys(plain[i : i + 2] for i in range(len(plain) - 1)))[:MOST_PAIRS]
    if len(pairs) < 3:
        return ""
    hashes = [
        hashlib.blake2b(pair.encode("utf-8", "replace"), key=key, digest_size=4 * _ROWS).digest() for pair in pairs
    ]
    least = [min(one[4 * row : 4 * row + 4] for one in hashes) for row in range(_ROWS)]
    groups = (b"".join(least[IN_BAND * n : IN_BAND * (n + 1)]) for n in range(BANDS))
    return " ".join(hashlib.blake2b(group, key=key, digest_size=6).hexdigest() for group in groups)


def surplus(marks: Iterable[tuple[int, str]]) -> list[int]:
    """Of (number, mark) in the order of their coming, the numbers of those that came after `PASS` alike ones."""
    seen: Counter[str] = Counter()
    found = []
    for number, mark in marks:
        bands = {f"{n}:{band}" for n, band in enumerate(mark.split())}
        if max((seen[band] for band in bands), default=0) >= PASS:
            found.append(number)
        seen.update(bands)
    return found
