"""The public surface: what a citizen sees, at /."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, g, request

from shared.services import queries_portal

bp = Blueprint("portal", __name__)
View = TypeVar("View", bound=Callable[..., Any])
INSTITUTIONAL: set[str] = set()
"""Endpoints whose pages belong to one institution."""


def route(path: str, **options: Any) -> Callable[[View], View]:
    """Registers a page twice: bare, and under /at/<office> where it belongs to one institution."""

    def register(view: View) -> View:
        INSTITUTIONAL.add(f"portal.{view.__name__}")
        bp.add_url_rule(path, view.__name__, view, defaults={"office": None}, **options)
        bp.add_url_rule(
            f"/at/<office>{'' if path == '/' else path}", view.__name__, view, strict_slashes=False, **options
        )
        return view

    return register


@bp.url_value_preprocessor
def take_institution(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The institution that the address names; the only one, where there is one."""
    office = values.pop("office", None) if values else None
    found = queries_portal.live()
    if office is not None:
        g.institution = next((i for i in found if i.slug == office), None)
        if g.institution is None:
            abort(404)
    else:
        g.institution = found[0] if len(found) == 1 else None
    g.at_office = office is not None


@bp.app_url_defaults
def keep_institution(endpoint: str, values: dict[str, Any]) -> None:
    """Links on an institution's pages stay with it."""
    if endpoint in INSTITUTIONAL and "office" not in values and request:
        values["office"] = g.institution.slug if g.get("at_office") and g.get("institution") else None


# Views register themselves; they need the blueprint above.
import portal.appointment  # noqa: E402
import portal.bulletins  # noqa: E402
import portal.demo  # noqa: E402
import portal.evidence  # noqa: E402
import portal.figures  # noqa: E402
import portal.home  # noqa: E402
import portal.my_data  # noqa: E402
import portal.padding  # noqa: E402
import portal.pages  # noqa: E402
import portal.papers  # noqa: E402
import portal.respond  # noqa: E402
import portal.results  # noqa: E402
import portal.settings  # noqa: E402
import portal.sms_receipts  # noqa: E402
import portal.submit  # noqa: E402
import portal.survey  # noqa: E402
import portal.track  # noqa: E402, F401
