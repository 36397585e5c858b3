"""Numbers on paper: sequential within an institution and a year, unchanged on every form."""

from __future__ import annotations

import re

TELLING = 14


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
