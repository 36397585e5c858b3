"""Parts of pages that stay the same for many people: made once, then remembered."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup

from shared.language import language

REMEMBERED = 4096
GAP = "<slot></slot>"
"""Where a remembered row leaves room for a citizen's words, which are never remembered."""


def kept(template: str, **values: Hashable) -> Markup:
    """The part that `template` makes of these values alone; they are hashable and never a citizen's words.

    The template sees nothing else of the page: what it shows follows from the values, the language and the place.
    """
    return _kept(template, *_place(), tuple(values.items()))[0]


def filled(template: str, rows: Iterable[tuple[Hashable, str]]) -> Markup:
    """One row after the other, each as `template` makes it of its `row` alone; the words go where it has `GAP`."""
    place = _place()
    parts: list[str] = []
    for row, words in rows:
        before, after = _kept(template, *place, (("row", row),))
        parts += (before, words, after)
    return Markup("").join(parts)


def _place() -> tuple[str, str, str]:
    office = g.institution.slug if g.get("at_office") and g.get("institution") else ""
    return language().code, office, request.script_root


@lru_cache(REMEMBERED)
def _kept(
    template: str, _language: str, _office: str, _root: str, values: tuple[tuple[str, Hashable], ...]
) -> tuple[Markup, ...]:
    part: str = current_app.jinja_env.get_template(template).render(dict[str, Any](values))
    return tuple(map(Markup, part.split(GAP)))  # a template's own output, escaped there


def init(app: Flask) -> None:
    """Makes `kept` known to templates."""
    app.jinja_env.globals["kept"] = kept
