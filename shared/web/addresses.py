"""Addresses of pages in templates: a page has dozens of links, most of them the same for everybody."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for

KEPT = 4096


def address(endpoint: str, **values: Any) -> str:
    """`url_for`; remembered where it holds nothing but numbers, for words of an address can be a person's own."""
    if not all(type(value) is int for value in values.values()):
        return url_for(endpoint, **values)
    office = g.institution.slug if g.get("at_office") and g.get("institution") else ""
    return _kept(office, request.script_root, endpoint, tuple(values.items()))


@lru_cache(KEPT)
def _kept(_office: str, _root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def init(app: Flask) -> None:
    """Templates write `url_for` as ever."""
    app.jinja_env.globals["url_for"] = address
