"""Public figures: monthly releases only, small numbers hidden, as tables and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import route
from portal.home import here
from shared.domain import releases
from shared.domain.releases import LEAST_OF_A_UNIT
from shared.domain.small_numbers import LEAST, STEP
from shared.services import queries_figures
from shared.services.queries_figures import Figures, Told
from shared.web.dates import month
from shared.web.labels import label
from shared.web.page import page
from shared.web.table_file import table_file

MARGINS: dict[str, Any] = {"least": LEAST, "named_least": LEAST_OF_A_UNIT, "step": STEP}
TITLES: dict[str, tuple[Any, Any]] = {
    "categories": (_l("收到的投诉"), _l("类别")),
    "results": (_l("办理结果"), _l("结果")),
    "punctual": (_l("是否按期"), _l("情况")),
    "levels": (_l("来信人评价"), _l("评价")),
    "units": (_l("转给各单位"), _l("单位")),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table in words; a number that is not told says so."""

    title: str
    head: str
    months: str
    total: int
    rows: list[dict[str, object]]


def _word(found: Figures) -> dict[str, Callable[[str], str]]:
    return {
        "categories": lambda code: found.names.get(code, code) or _("还没有分类"),
        "results": lambda code: label("figure_state", code),
        "punctual": lambda code: {"met": _("按期办理"), "late": _("超期")}.get(code, code),
        "levels": lambda code: label("level", code),
        "units": lambda code: code,
    }


def _table(told: Told, word: Callable[[str], str]) -> Table:
    title, head = TITLES[told.name]
    untold = _("不公布")
    cells = told.cells.items()
    rows: list[dict[str, object]] = [
        {"label": word(code), "value": n or 0, "text": untold if n is None else str(n)} for code, n in cells
    ]
    return Table(str(title), str(head), _months(told), told.total, rows)


def _months(told: Told) -> str:
    first, last = month(f"{told.first:%Y-%m}"), month(f"{told.last:%Y-%m}")
    return first if first == last else _("%(first)s至%(last)s", first=first, last=last)


def _tables(found: Figures) -> Iterator[Table]:
    """The tables in the order of the page."""
    words = _word(found)
    for name in TITLES:
        if name in found.tables:
            yield _table(found.tables[name], words[name])


@route("/stats")
def stats() -> Response:
    """The newest release, or the one of a month that is asked for."""
    found, asked = queries_figures.figures(here()), request.args.get("month", "")
    if not found:
        return page("portal/stats.html", figures=None, tables=[], past=[], waiting=[], **MARGINS)
    chosen = next((f for f in found if f"{f.month:%Y-%m}" == asked), None)
    if asked and chosen is None:
        abort(404)
    shown = chosen or found[0]
    waiting = [str(TITLES[k.name][0]) for k in releases.KINDS if k.name not in shown.tables]
    past = [(f"{f.month:%Y-%m}", month(f"{f.month:%Y-%m}"), bool(f.tables)) for f in found]
    return page("portal/stats.html", figures=shown, tables=list(_tables(shown)), past=past, waiting=waiting, **MARGINS)


@route("/stats.csv")
def stats_csv() -> Response:
    """All releases of the last twelve months for a spreadsheet; old ones know UTF-8 by its mark."""
    rows: list[list[object]] = [[_("月份"), _("项目"), _("内容"), _("件数")]]
    for found in queries_figures.figures(here()):
        for table in _tables(found):
            rows.append([table.months, table.title, _("合计"), table.total])
            rows += [[table.months, table.title, row["label"], row["text"]] for row in table.rows]
    return table_file(_("统计公开"), rows)
