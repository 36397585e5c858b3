"""Public figures: ended months only, small numbers hidden, as tables and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _

from portal import route
from portal.home import here
from shared import clock
from shared.domain.small_numbers import LEAST, STEP
from shared.files import download_headers
from shared.services import queries_figures
from shared.services.queries_figures import Cells, Figures
from shared.web.dates import month, zone
from shared.web.labels import label
from shared.web.page import page


@dataclass(frozen=True, slots=True)
class Table:
    """One table in words; a number that is not told says so."""

    title: str
    head: str
    rows: list[dict[str, object]]


def _rows(cells: Cells, words: dict[str, str]) -> list[dict[str, object]]:
    untold = _("不公布")
    return [
        {"label": words[code], "value": n or 0, "text": untold if n is None else str(n)} for code, n in cells.items()
    ]


def _tables(found: Figures) -> Iterator[Table]:
    """The tables in the order of the page."""
    yield Table(_("每月收到"), _("月份"), _rows(found.months, {m: month(m) for m in found.months}))
    yield Table(_("办理情况"), _("情况"), _rows(found.states, {s: label("figure_state", s) for s in found.states}))
    names = {c: found.names.get(c, c) or _("还没有分类") for c in found.categories}
    yield Table(_("类别"), _("类别"), _rows(found.categories, names))
    yield Table(_("是否按期"), _("情况"), _rows(found.punctual, {"met": _("按期办理"), "late": _("超期")}))
    yield Table(_("来信人评价"), _("评价"), _rows(found.levels, {x: label("level", x) for x in found.levels}))


def _found() -> Figures:
    institution = here()
    return queries_figures.figures(institution, clock.now().astimezone(zone()).date())


@route("/stats")
def stats() -> Response:
    """The tables, each number or that it is not told."""
    found = _found()
    return page("portal/stats.html", figures=found, tables=list(_tables(found)), least=LEAST, step=STEP)


@route("/stats.csv")
def stats_csv() -> Response:
    """The same figures for a spreadsheet; old ones know UTF-8 by its mark."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([_("项目"), _("内容"), _("件数")])
    for table in _tables(_found()):
        for row in table.rows:
            write([table.title, row["label"], row["text"]])
    headers = download_headers(_("统计公开") + ".csv", "text/csv; charset=utf-8")
    return Response(out.getvalue().encode("utf-8-sig"), headers=headers)
