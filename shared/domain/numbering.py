"""Numbers on paper: sequential within an institution and a year, unchanged on every form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

TELLING = 14
NUMBER = re.compile(r"〔(\d{4})〕(\d{1,9})号")


def paper_no(prefix: str, year: int, n: int) -> str:
    """A document number in official style, like 南溪投〔2026〕0043号 (n counts from 1)."""
    return f"{prefix}〔{year}〕{n:04d}号"


def action_prefix(register_prefix: str) -> str:
    """What stands before the number of an action: 临电投 becomes 临电改."""
    return register_prefix.removesuffix("投") + "改"


def whole(text: str, digits: int = 9) -> int | None:
    """The whole number that a text is, of so many digits at most; None for anything else ('²' is a digit to Python)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def summary_of(story: str, length: int = 28) -> str:
    """The first words of a story, to name a case in a list; nothing is asked of the citizen for it."""
    sentences = [s for s in re.split(r"[。；！？!?;]", " ".join(story.split())) if s.strip()]
    # Greetings and openings are short; the first sentence of some length says what it is about.
    words = next((s for s in sentences if len(s) >= TELLING), max(sentences, key=len, default="")).strip()
    return words if len(words) <= length else words[: length - 1] + "…"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Numbers that follow each other and fared alike."""

    first: int
    last: int
    fate: str
    """kept, erased, explained or missing."""
    words: str = ""
    """The certificate of the erasure, or why the number is missing."""


def number_in(text: str, year: int) -> int | None:
    """The running number in a document number of that year."""
    found = NUMBER.search(text)
    return int(found[2]) if found and int(found[1]) == year else None


def accounted(last: int, kept: Iterable[int], erased: Mapping[int, str], explained: Mapping[int, str]) -> list[Stretch]:
    """Every number of a sequence from 1 to `last`, in stretches that fared alike; none is left out (R1.04)."""
    there, found = set(kept), list[Stretch]()
    for n in range(1, max([last, *there], default=0) + 1):
        if n in erased:
            fate, words = "erased", erased[n]
        elif n in there:
            fate, words = "kept", ""
        else:
            fate, words = ("explained", explained[n]) if n in explained else ("missing", "")
        if found and (found[-1].fate, found[-1].words, found[-1].last) == (fate, words, n - 1):
            found[-1] = replace(found[-1], last=n)
        else:
            found.append(Stretch(n, n, fate, words))
    return found
