"""Parts of pages that stay the same for many people: made once, then remembered."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup

from shared.language import language

REMEMBERED = 2048


def kept(template: str, **values: Any) -> Markup:
    """The part that `template` makes of these values alone; they are hashable and never a citizen's words.

    The template sees nothing else of the page: what it shows follows from the values, the language and the place.
    """
    office = g.institution.slug if g.get("at_office") and g.get("institution") else ""
    return _kept(template, language().code, office, request.script_root, tuple(values.items()))


@lru_cache(REMEMBERED)
def _kept(template: str, _language: str, _office: str, _root: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    part = current_app.jinja_env.get_template(template).render(dict(values))
    return Markup(part)  # noqa: S704  a template's own output, escaped there  # nosec B704


def init(app: Flask) -> None:
    """Makes `kept` known to templates."""
    app.jinja_env.globals["kept"] = kept
