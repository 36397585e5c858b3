"""How a view answers: a page or its fragment, or a redirect that a browser and htmx both understand."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for

from shared.web.kept import whole


def wants_fragment() -> bool:
    """Whether htmx asks for the changing part alone; a page taken back from history is always whole."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or `fragment` where htmx asks; with 422 the title says 错误 (base.html reads `page_status`)."""
    name = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(name, page_status=status, **context), status)
    return _private(response)


def page_for_all(template: str, facts: Hashable, make: Callable[[], dict[str, Any]]) -> Response:
    """`page` for a question that nobody has answered yet: made once for all of whom `facts` are true."""
    return _private(make_response(whole(template, facts, make)))


def see_other(endpoint: str, **values: Any) -> Response:
    """After a POST: 303 to the page of `endpoint` (a name, never an address from the request).

    fetch follows a 303 unseen and htmx would swap the new page into the old place, so htmx is told to go there.
    """
    return go_to(url_for(endpoint, **values))


def go_to(address: str) -> Response:
    """`see_other` to an address of our own: one that is built here, or one that `way_back` has checked."""
    if wants_fragment():
        return _private(Response(status=204, headers={"HX-Redirect": address}))
    return _private(Response(status=303, headers={"Location": address}))


def flash_done(text: str) -> None:
    """Says at the top of the next page what has just been done."""
    flash(text, "done")


def _private(response: Response) -> Response:
    response.headers["Vary"], response.headers["Cache-Control"] = "HX-Request", "no-store"
    return response
