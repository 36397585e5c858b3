"""What may be said in public about many complaints: enough people, no names or numbers, no sentence of anybody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from shared.domain.errors import Refused, needs

RUN = 10
"""So many characters in a row, shared with a complaint, would let its writer be recognised (promises 1.7)."""
_PERSONAL = re.compile(
    r"\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|(?<!\d)\d{7,}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+"
)
_DROP = re.compile(r"[\W_]+")


def check(texts: Iterable[str], sources: Iterable[str], names: Iterable[str], complainants: int, least: int) -> None:
    """Raises Refused where the announcement may not be published.

    Refused('too_few', n, least): fewer than `least` complainants. Refused('personal', parts): a name or a number.
    Refused('overlap', parts): ten characters in a row that also stand in a complaint.
    """
    said = list(texts)
    needs(text="".join(said))
    if complainants < least:
        raise Refused("too_few", n=complainants, least=least)
    whole = "\n".join(said)
    parts = [*_PERSONAL.findall(whole), *(n for n in names if len(n) >= 2 and n in whole)]
    if parts:
        raise Refused("personal", parts="、".join(dict.fromkeys(parts)))
    shared = overlaps(whole, sources)
    if shared:
        raise Refused("overlap", parts="；".join(f"“{run}”" for run in shared[:5]))


def overlaps(text: str, sources: Iterable[str]) -> list[str]:
    """The longest passages of ten characters or more, punctuation left out, that also stand in a source."""
    said, found = _bare(text), []
    known = {s[i : i + RUN] for s in map(_bare, sources) for i in range(len(s) - RUN + 1)}
    start = None
    for i in range(len(said) - RUN + 2):
        hit = i <= len(said) - RUN and said[i : i + RUN] in known
        if hit and start is None:
            start = i
        elif not hit and start is not None:
            found.append(said[start : i + RUN - 1])
            start = None
    return found


def _bare(text: str) -> str:
    return _DROP.sub("", unicodedata.normalize("NFKC", text)).lower()
