"""A report's figures made ready to be shown: on its page, on paper, in a spreadsheet, always the same lines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from shared.domain import figures
from shared.domain.follow_up import LEVELS
from shared.domain.periods import Period, period_of
from shared.language import gettext as _
from shared.language import language
from shared.services import report_counts
from shared.services.queries_reports import View
from shared.services.recipients import written
from shared.web import dates
from shared.web.labels import label


class Row(NamedTuple):
    """A line: what it is called, the number handed in, the number now, how it compares."""

    key: str
    name: str
    number: int
    now: int
    rate: str = ""
    rank: int | None = None


class Table(NamedTuple):
    """A table of a report."""

    code: str
    title: str
    head: str
    rows: list[Row]

    @property
    def top(self) -> int:
        """The longest bar."""
        return max((row.number for row in self.rows), default=0)

    @property
    def changed(self) -> bool:
        """Whether a line was corrected."""
        return any(row.now != row.number for row in self.rows)

    @property
    def rated(self) -> bool:
        """Whether its lines are compared by thousands (W4.01)."""
        return any(row.rate for row in self.rows)

    @property
    def ranked(self) -> bool:
        """Whether its lines have places (R24.07)."""
        return any(row.rank for row in self.rows)


class Figure(NamedTuple):
    """A rate, a sum or a target: its name, what it comes to, and a word about it."""

    name: str
    text: str
    remark: str = ""


def tables(view: View) -> list[Table]:
    """Every table of the report."""
    frozen, now = view.frozen(), view.now()
    return [_table(view, code, frozen, now) for code in report_counts.tables_of(view.report)]


def _table(view: View, code: str, frozen: dict[str, Any], now: dict[str, Any]) -> Table:
    keys = dict.fromkeys([*_usual(view, code), *(_key(c) for c in (*frozen, *now) if c.startswith(f"{code}/"))])
    rows = [_row(view, code, key, frozen, now) for key in keys]
    if code in {"unit", "category_unit"}:
        rows.sort(key=lambda row: -row.number)
    if code == "unit":
        places = {key: place for place, key, _n in figures.ranked({row.key: row.number for row in rows})}
        rows = [row._replace(rank=places.get(row.key), rate=_rate(view, row)) for row in rows]
        if not any(penalty.kind == "ranking" for penalty in view.book.penalties):
            rows = [row._replace(rank=None) for row in rows]
    return Table(code, label("report_table", code), label("report_head", code), rows)


def _row(view: View, code: str, key: str, frozen: dict[str, Any], now: dict[str, Any]) -> Row:
    cell = f"{code}/{key}"
    return Row(key, line_name(view, code, key), int(frozen.get(cell, 0)), int(now.get(cell, 0)))


def _key(cell: str) -> str:
    return cell.split("/", 1)[1]


def _usual(view: View, code: str) -> list[str]:
    """The lines that are told even where nothing stands in them."""
    if code == "summary":
        shown = report_counts.SUMMARY
        return [one for one in shown if one != "not_complaints" or report_counts.only_recorded(view.book)]
    if code == "category":
        return [c.code for c in view.book.categories if c.code not in report_counts.only_recorded(view.book)]
    fixed = {"severity": [s.code for s in view.book.severities], "satisfaction": list(LEVELS), "touched": ["touched"]}
    return fixed.get(code, [])


def line_name(view: View, code: str, key: str) -> str:
    """What a line is called."""
    if code in {"summary", "touched"}:
        return label("report_line", key)
    if code == "channel":
        return label("channel", key)
    if code == "satisfaction":
        return label("level", key)
    if code == "unit":
        return str(view.row.figures.get("names", {}).get(key) or _("没有转给单位"))
    if code == "category_unit":
        category, _bar, unit = key.partition("|")
        return f"{line_name(view, 'category', category)} · {line_name(view, 'unit', unit)}"
    table = {"category": "categories", "severity": "severities", "attribution": "attributions"}[code]
    return view.book.name_of(table, key) or _("还没有确定")


def _rate(view: View, row: Row) -> str:
    base = view.row.figures.get("bases", {}).get(row.key)
    rate = figures.per_thousand(row.number, int(base)) if base else None
    return f"{rate:.2f}" if rate is not None else ""


def percent(share: Decimal) -> str:
    """A share of one as people read it: 75%."""
    return f"{(share * 100).quantize(Decimal('0.01')).normalize():f}%"


def measures(view: View) -> list[Figure]:
    """Rates, sums and the target of satisfaction."""
    found: list[Figure] = []
    reached = figures.satisfaction(view.table("satisfaction"))
    if "satisfaction" in view.report.items:
        found.append(
            Figure(_("满意率"), percent(reached) if reached is not None else _("没有评价"), _target(view, reached))
        )
    found += [
        Figure(label("report_item", _key(cell)), _("%(n)s 元", n=f"{Decimal(text):,.2f}"))
        for cell, text in view.now().items()
        if cell.startswith("amount/")
    ]
    for rate in view.row.figures.get("rates", []):
        name = next((r.name for r in view.book.rates if r.code == rate["code"]), rate["code"])
        if rate["kind"] != "amount":
            found.append(Figure(name, _worth(rate), _("公式：%(formula)s", formula=rate["formula"])))
    return found


def _target(view: View, reached: Decimal | None) -> str:
    wanted = view.row.figures.get("target")
    if not wanted:
        return ""
    share = Decimal(wanted)
    if reached is None:
        return _("目标 %(target)s", target=percent(share))
    said = _("达到") if reached >= share else _("没有达到")
    return _("目标 %(target)s，%(said)s", target=percent(share), said=said)


def _worth(rate: dict[str, Any]) -> str:
    if rate["value"] is None:
        return str(_("请填写公式里的数字"))
    worth = Decimal(rate["value"])
    return percent(worth) if rate["kind"] == "share" and worth <= 1 else f"{worth.normalize():f}"


def hot(view: View) -> list[str]:
    """Where complaints gather, in words."""
    found = []
    for one in view.row.figures.get("hot", []):
        name = line_name(view, one["table"], one["key"])
        left = one["now"] - view.hidden.get(f"{one['table']}/{one['key']}", 0)
        if left >= figures.HOT_LEAST:
            found.append(str(_("%(name)s：%(n)s 件，上期 %(before)s 件", name=name, n=left, before=one["before"])))
    return found


def tree(view: View) -> list[tuple[str, str, int, int]]:
    """The sums over the organisation: name, level, depth, number."""
    lines = view.row.figures.get("tree", [])
    hidden = {int(_key(c)): n for c, n in view.hidden.items() if c.startswith("unit/") and _key(c)}
    found: list[tuple[str, str, int, int]] = []
    for at, one in enumerate(lines):
        below = [one, *_below(lines, at)]
        gone = sum(hidden.get(o["unit_id"] or 0, 0) for o in below)
        found.append((one["name"], view.book.name_of("tiers", one["tier"]), one["depth"], max(0, one["count"] - gone)))
    return found


def _below(lines: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    if lines[at]["unit_id"]:
        return []
    found = []
    for one in lines[at + 1 :]:
        if one["depth"] <= lines[at]["depth"]:
            break
        found.append(one)
    return found


def corrections(view: View) -> list[tuple[dt.datetime, list[str]]]:
    """What has changed since it was handed in, in words, oldest first."""
    return [(at, [_changed(view, cell, pair) for cell, pair in cells.items()]) for at, cells in view.corrections]


def _changed(view: View, cell: str, pair: list[Any]) -> str:
    code, key = cell.split("/", 1)
    gone = view.hidden.get(cell, 0)
    old, new = (max(0, n - gone) if isinstance(n, int) else n for n in pair)
    name = label("report_item", key) if code == "amount" else line_name(view, code, key)
    return str(
        _("%(table)s，%(name)s：%(old)s 改为 %(new)s", table=label("report_table", code), name=name, old=old, new=new)
    )


def title(view: View) -> str:
    """The report's name with its days."""
    return f"{view.report.name} {period_name(view.period)}"


def period_name(told: Period) -> str:
    """The days of a report, with their year, as short as they can be said."""
    year = str(told.first.year)
    if told == period_of("month", told.first):
        return dates.month(f"{told.first:%Y-%m}")
    if told == period_of("year", told.first):
        return str(_("%(year)s年", year=year))
    if told == period_of("half_year", told.first):
        return str(_("%(year)s年上半年", year=year) if told.first.month == 1 else _("%(year)s年下半年", year=year))
    first, last = (written(day, language().code) for day in (told.first, told.last))
    return first if first == last else str(_("%(first)s至%(last)s", first=first, last=last))
