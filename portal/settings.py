"""What a visitor sets for this browser alone: language, letter size, contrast; and the way out."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, request, session, url_for
from werkzeug.exceptions import HTTPException

from portal import bp, route
from shared.services import visits
from shared.web.locale import DISPLAY_COOKIE, LANGUAGE_COOKIE, LOCALES, SIZES, THEMES, chosen_locale
from shared.web.locale import display as shown
from shared.web.page import page
from shared.web.state import settings, store

YEAR = 365 * 24 * 60 * 60
CLEARED = '"cache", "cookies", "storage"'
CHANGING = frozenset({"portal.switch_language", "portal.leave"})
"""Pages that do something: nobody is led back to them."""


def way_back(asked: str) -> str:
    """The public page that this address names, built anew from its endpoint; the front page for anything else."""
    parts = urlsplit(asked)
    try:
        endpoint, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return url_for("portal.home")
    if parts.netloc or parts.scheme or not endpoint.startswith("portal.") or endpoint in CHANGING:
        return url_for("portal.home")
    more = {k: v for k, v in parse_qsl(parts.query) if not k.startswith("_") and k not in values}
    return url_for(endpoint, **{**more, **values})


def _keep(response: Response, cookie: str, value: str) -> Response:
    """A choice of display says nothing about anybody; it may stay for a year."""
    response.set_cookie(
        cookie, value, max_age=YEAR, secure=settings().cookie_secure, httponly=True, samesite="Lax", path="/"
    )
    return response


def _to(address: str) -> Response:
    return Response(status=303, headers={"Location": address})


@route("/language")
def switch_language() -> Response:
    """Shows the pages in the other language, or in the one asked for, and leads back."""
    asked = request.args.get("lang", "")
    other = "zh" if chosen_locale() == "en" else "en"
    return _keep(_to(way_back(request.args.get("back", ""))), LANGUAGE_COOKIE, asked if asked in LOCALES else other)


@route("/display")
def display() -> Response:
    """The display settings; a choice comes as a GET, so that it needs no session."""
    back = request.args.get("back", "")
    size, theme = request.args.get("size"), request.args.get("theme")
    if size is None or theme is None:
        return page("portal/display.html", back=back, chosen=shown())
    if size not in SIZES or theme not in THEMES:
        return page("portal/display.html", back=back, chosen=shown(), status=422, unknown=True)
    return _keep(_to(way_back(back)), DISPLAY_COOKIE, f"{size}.{theme}")


@bp.route("/leave")
def leave() -> Response:
    """Quick exit: the draft is forgotten here and in the browser, and a neutral page opens."""
    visits.end(session.get("visit"), store())
    session.clear()
    response = Response(status=303, headers={"Location": settings().exit_url, "Clear-Site-Data": CLEARED})
    response.cache_control.no_store = True
    return response
