"""What may be said in public about many complaints: enough people, no names or numbers, no sentence of anybody's."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

from shared.domain.errors import Refused, needs

RUN = 10
"""So many characters in a row, shared with a complaint, would let its writer be recognised (promises 1.7)."""
_PERSONAL = re.compile(
    r"\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|(?<!\d)\d{7,}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+"
)
SPREAD = dt.timedelta(days=30)
"""The cases lie so far apart, or the last so far back, that the day of an announcement points at nobody."""
_EXACT = re.compile(
    r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s*[点时]\s*(?:\d{1,2}\s*分|半|整)|\d{1,2}[:：]\d{2}"
    r"|[\d一二三四五六七八九十]+\s*(?:号楼|栋|幢|单元|村民小组|弄)|\d+\s*(?:号院|门牌|室|户|组)"
)
"""Months and the place one level up may be named; a day, an hour, a house or a group of households may not."""
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


def check_personal(text: str, field: str) -> None:
    """Raises Refused('personal', parts, field) where a text names somebody's telephone, number or address."""
    parts = _PERSONAL.findall(text)
    if parts:
        raise Refused("personal", parts="、".join(dict.fromkeys(parts)), field=field)


def check_distance(received: Iterable[dt.datetime], now: dt.datetime) -> None:
    """Raises Refused('too_close', days) where the cases came within thirty days and the last one less than that ago."""
    days = sorted(received)
    if days and days[-1] - days[0] < SPREAD and now - days[-1] < SPREAD:
        raise Refused("too_close", days=SPREAD.days)


def check_coarse(texts: Iterable[str]) -> None:
    """Raises Refused('too_exact', parts) where a text names a day, an hour or a place finer than one level up."""
    parts = _EXACT.findall("\n".join(texts))
    if parts:
        raise Refused("too_exact", parts="、".join(dict.fromkeys(parts)))


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
