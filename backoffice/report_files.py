"""A report outside the system: Excel, PDF, paper; each names who took it out and when, and is on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _

from backoffice import bp, report_tables
from backoffice.report_tables import Table
from backoffice.reports import REPORT
from shared import clock
from shared.domain.errors import Refused
from shared.files import download_headers
from shared.language import language
from shared.papers.pdf import pdf
from shared.papers.workbook import Cell, Sheet, xlsx
from shared.services import queries_queue, queries_reports
from shared.services import reports as verbs
from shared.services.queries_reports import MOST_EXPORTED, View
from shared.web import dates
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page
from shared.web.phrases import named
from shared.web.state import settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taken_out(report_id: int, form: str) -> View:
    """The report, with a line in the record that it leaves the system in this form."""
    view = queries_reports.view(report_id, me())
    if view.row.state == "due":
        raise Refused("no_such_case")
    verbs.exported(report_id, me(), clock.now(), form)
    return view


@bp.get(f"{REPORT}/report.xlsx")
def report_xlsx(report_id: int) -> Response:
    """The figures, the corrections, and the cases behind them: numbers, dates and codes."""
    view = taken_out(report_id, "xlsx")
    sheets = [Sheet(_("数字"), (40, 12, 12, 14, 10), *_figures(view))]
    changed = list(_corrected(view))
    if changed:
        sheets.append(Sheet(_("更正"), (20, 60), [[_("时间"), _("更正")], *changed], frozenset({0})))
    if view.report.items:
        widths = (22, 14, 16, 16, 24, 14, 14)
        sheets.append(Sheet(_("投诉清单"), widths, _cases(view), frozenset({0})))
    return _file(view, "xlsx", XLSX, xlsx(sheets))


@bp.get(f"{REPORT}/report.pdf")
def report_pdf(report_id: int) -> Response:
    """The report as a paper that can be kept."""
    view = taken_out(report_id, "pdf")
    return _file(view, "pdf", "application/pdf", pdf("report", _paper(view), settings().places.font_dir))


@bp.get(f"{REPORT}/print")
def report_print(report_id: int) -> Response:
    """The report on paper."""
    view = taken_out(report_id, "print")
    return page(
        "print/report.html",
        view=view,
        row=view.row,
        title=report_tables.title(view),
        house=_house(),
        mark=_mark(),
        tables=report_tables.tables(view),
        measures=report_tables.measures(view),
        hot=report_tables.hot(view),
        tree=report_tables.tree(view),
        corrections=report_tables.corrections(view),
    )


def _file(view: View, ending: str, kind: str, data: bytes) -> Response:
    response = Response(data, headers=download_headers(f"{report_tables.title(view)}.{ending}", kind))
    response.cache_control.no_store = True
    return response


def _house() -> str:
    place = queries_queue.place_of(me())
    return f"{place.name}{place.office_name}"


def _mark() -> str:
    return str(_("%(who)s 于 %(when)s 导出", who=me().name, when=dates.moment(clock.now())))


def _state(view: View) -> str:
    row = view.row
    if row.submitted_at is None:
        return str(_("草稿，%(when)s 算出", when=dates.moment(row.drafted_at)))
    who = view.by.get(row.submitted_by or 0, "")
    return str(_("%(who)s 于 %(when)s 报送", who=who, when=dates.moment(row.submitted_at)))


def head(table: Table) -> list[str]:
    """The columns of a table."""
    more = ([_("名次")] if table.ranked else []) + ([_("每千户件数")] if table.rated else [])
    corrected = [_("更正后")] if table.changed else []
    return [table.head, *map(str, [_("件数"), *corrected, *more])]


def body(table: Table) -> list[list[Cell]]:
    """Its lines."""
    found: list[list[Cell]] = []
    for row in table.rows:
        line: list[Cell] = [row.name, row.number, *([row.now] if table.changed else [])]
        line += [row.rank] if table.ranked else []
        found.append([*line, row.rate] if table.rated else line)
    return found


def _figures(view: View) -> tuple[list[Sequence[Cell]], frozenset[int]]:
    rows: list[Sequence[Cell]] = [[_house()], [report_tables.title(view)], [_state(view)], [_mark()], []]
    heads = {0, 1}
    for one in report_tables.measures(view):
        rows.append([one.name, one.text, one.remark])
    for table in report_tables.tables(view):
        rows += [[], [table.title], list(head(table))]
        heads |= {len(rows) - 2, len(rows) - 1}
        rows += body(table)
    if found := report_tables.hot(view):
        heads.add(len(rows) + 1)
        rows += [[], [str(_("集中的问题"))], *([line] for line in found)]
    if lines := report_tables.tree(view):
        heads.add(len(rows) + 1)
        rows += [
            [],
            [str(_("逐级汇总"))],
            *(["\u2003" * depth + name, count, None, tier] for name, tier, depth, count in lines),
        ]
    if view.row.remarks:
        heads.add(len(rows) + 1)
        rows += [[], [str(_("分析和结论"))], [view.row.remarks]]
    return rows, frozenset(heads)


def _corrected(view: View) -> Iterator[Sequence[str]]:
    for at, lines in report_tables.corrections(view):
        yield from ([dates.moment(at), line] for line in lines)


def _cases(view: View) -> Iterator[Sequence[Cell]]:
    """R20.08: copies of the records go along; at most so many rows, and nobody's words."""
    yield [_("登记编号"), _("收到"), _("来源"), _("类别"), _("承办单位"), _("状态"), _("答复")]
    line = view.report.of
    rows, more = queries_reports.behind(view, me(), "summary", line, size=MOST_EXPORTED)
    for one in rows:
        category = view.book.name_of("categories", one.category)
        answered = dates.day(one.answered_at)
        said = [label("channel", one.channel), category, one.unit or "", label("state", one.state), answered]
        yield [one.register_no, dates.day(one.received_at), *said]
    if more:
        yield [str(_("只列出最新的 %(n)s 件。", n=MOST_EXPORTED))]


def _paper(view: View) -> dict[str, Any]:
    lists = [{"title": str(_("集中的问题")), "lines": found}] if (found := report_tables.hot(view)) else []
    changed = [named(row[0], row[1]) for row in _corrected(view)]
    lists += [{"title": str(_("报送以后的更正")), "lines": changed}] if changed else []
    tables = [
        {"title": t.title, "head": head(t), "rows": [["" if c is None else str(c) for c in row] for row in body(t)]}
        for t in report_tables.tables(view)
    ]
    if lines := report_tables.tree(view):
        rows = [["\u2003" * depth + name, tier, str(count)] for name, tier, depth, count in lines]
        tables.append({"title": str(_("逐级汇总")), "head": [_("机构"), _("层级"), _("件数")], "rows": rows})
    return {
        "lang": language().code[:2],
        "house": _house(),
        "title": report_tables.title(view),
        "state": _state(view),
        "mark": _mark(),
        "words": {"none": str(_("这段时间没有。")), "remarks": str(_("分析和结论"))},
        "measures": [
            {"name": one.name, "text": " ".join(filter(None, (one.text, one.remark))), "tall": False}
            for one in report_tables.measures(view)
        ],
        "tables": tables,
        "lists": lists,
        "remarks": view.row.remarks,
        "records": [_record(view, one) for one in view.records],
    }


def _record(view: View, one: Any) -> dict[str, Any]:
    days = dates.day(one.day) + (f" – {dates.day(one.until)}" if one.until else "")
    rows = [
        (_("参加"), one.takers, False),
        (_("记录"), view.by.get(one.by_id, ""), False),
        (_("结论"), one.conclusions, True),
    ]
    return {
        "title": f"{label('record_kind', one.kind)} {days}",
        "rows": [{"name": str(name), "text": text, "tall": tall} for name, text, tall in rows],
    }
