"""The language spoken here and now: looked up once for a page that has hundreds of words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from babel.support import NullTranslations
from flask import g
from flask_babel import force_locale, get_locale, get_translations


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages are written in, with what has been said in it: a page has hundreds of words."""

    code: str
    """zh or en."""
    words: NullTranslations
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    """The words for codes (`shared.web.labels`), once they have been looked up."""


_languages: dict[str, Language] = {}


def language() -> Language:
    """The language spoken here and now."""
    spoken: Language | None = g.get("language")
    if spoken is None:
        spoken = g.language = _language()
    return spoken


def _language() -> Language:
    code = "zh" if str(get_locale() or "zh").startswith("zh") else "en"
    if code not in _languages:
        _languages[code] = Language(code, get_translations())
    return _languages[code]


def gettext(words: str, /, **facts: Any) -> str:
    """The words in the language spoken here, facts filled in: Flask-Babel's, without looking the language up anew."""
    said = language().words.ugettext(words)
    return said % facts if facts else said


def ngettext(one: str, many: str, num: int, /, **facts: Any) -> str:
    """`gettext` of a number; `%(num)d` is the number itself."""
    return language().words.ungettext(one, many, num) % {"num": num, **facts}


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Everything inside is said in this language, whatever the page's or the worker's own is."""
    before = g.pop("language", None)
    try:
        with force_locale(locale):
            yield
    finally:
        g.language = before
