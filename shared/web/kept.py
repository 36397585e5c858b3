"""Parts of pages that stay the same for many people: made once, then remembered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from shared.language import language
from shared.web.locale import display

REMEMBERED, WHOLE_PAGES = 4096, 256
GAP = "<slot></slot>"
"""Where a remembered row leaves room for a citizen's words, which are never remembered."""
_whole: dict[Hashable, list[str]] = {}


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
        parts += (before, escape(words), after)
    return Markup("".join(parts))  # noqa: S704  templates' own output and escaped words  # nosec B704


def whole(template: str, facts: Hashable, make: Callable[[], Mapping[str, Any]]) -> str:
    """A page that is the same for everybody of whom the facts are true, such as an empty form.

    `make` gives the template what it needs, where the page isn't remembered; nothing of it may be one person's. The
    token of a form is filled in for each.
    """
    if session.get("_flashes"):  # said once, to one
        return render_template(template, **make())
    key = (template, g.get("institution"), facts, _place(), *display().values(), request.full_path)
    parts = _whole.get(key)
    if parts is None:
        page = render_template(template, **make())
        parts = page.split(g.csrf_token) if "csrf_token" in g else [page]
        if len(_whole) >= WHOLE_PAGES:  # other threads may be reading: nothing is looked up twice
            _whole.clear()
        _whole[key] = parts
    return generate_csrf().join(parts) if len(parts) > 1 else parts[0]


def forget() -> None:
    """Drops what this process remembers of whole pages."""
    _whole.clear()


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
