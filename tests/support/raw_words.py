"""Code words on a page: what the program calls a thing, where a person should read what it is called."""

from __future__ import annotations

import re

from lxml import html

CODE = re.compile(r"(?<![\w./@-])[a-z]+(?:_[a-z0-9]+)+(?![\w./@-])")
BARE = re.compile(r"(?<![\w./@-])[a-z]{2,}(?![\w./@:-])")
SHOWN = (
    "//body//text()[not(ancestor::script or ancestor::code or ancestor::textarea"
    " or ancestor::*[@lang='en'][not(self::html)])] | //head/title/text()"
)
"""What is shown, without passages in English, as the examples of letters are."""
NO_CODES = frozenset({"px", "km", "www"})
"""Small letters that people write too."""


def said(text: str) -> str:
    """The words of a page as they are read."""
    return " ".join(" ".join(html.fromstring(text).xpath(SHOWN)).split())


def raw_words(text: str, lang: str) -> list[str]:
    """Words with an underscore; on a Chinese page any word in small letters: a source is cfg, a state is handling."""
    words = said(text)
    bare = [one for one in BARE.findall(words) if one not in NO_CODES] if lang == "zh" else []
    return CODE.findall(words) + bare
