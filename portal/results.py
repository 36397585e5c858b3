"""Results of what came by the platforms, told there without anybody's name (R9.06)."""

from __future__ import annotations

from flask import Response

from portal import route
from portal.home import here
from shared.domain import feedback
from shared.services import published_results, queries_portal
from shared.web.page import page


@route("/results")
def results() -> Response:
    """The newest results, each with its month."""
    place = here()
    wanted = feedback.publishes(queries_portal.regime(place))
    return page("portal/results.html", results=published_results.shown(place), wanted=wanted)
