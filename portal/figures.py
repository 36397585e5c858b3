"""Public figures: ended months only, small numbers hidden, as a table and as CSV."""

from __future__ import annotations

import csv
import io

from flask import Response
from flask_babel import gettext as _

from portal import route
from portal.home import here
from shared import clock
from shared.services import queries_public
from shared.services.queries_public import Figures
from shared.web.dates import zone
from shared.web.labels import label
from shared.web.page import page


def _figures() -> Figures:
    return queries_public.figures(here(), clock.now().astimezone(zone()).date())


@route("/stats")
def stats() -> Response:
    """The tables, each figure or why it is not told."""
    found = _figures()
    most = max([n for n in found.months.values() if n] or [1])
    return page("portal/stats.html", figures=found, most=most)


@route("/stats.csv")
def stats_csv() -> Response:
    """The same figures for a spreadsheet."""
    found, out = _figures(), io.StringIO()
    write = csv.writer(out).writerow
    small = _("少于 5")
    write([_("项目"), _("内容"), _("件数")])
    for month, n in found.months.items():
        write([_("收到"), month, small if n is None else n])
    for state, n in found.states.items():
        write([_("办理情况"), label("figure_state", state), small if n is None else n])
    for category, n in found.categories.items():
        write([_("类别"), category, small if n is None else n])
    response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=stats.csv"
    return response
