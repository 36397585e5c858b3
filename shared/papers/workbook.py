"""Tables as an Excel workbook: text is written as text, so that no cell is ever taken for a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import xlsxwriter

Cell = str | int | Decimal | None
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, how wide its columns are, its rows; those in `heads` are set in bold."""

    name: str
    widths: tuple[int, ...]
    rows: Iterable[Iterable[Cell]]
    heads: frozenset[int] = field(default_factory=frozenset)


def xlsx(sheets: Iterable[Sheet]) -> bytes:
    """The workbook; rows are written as they come and not kept in memory."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(_name(sheet.name))
            page.set_paper(9)  # A4
            page.fit_to_pages(1, 0)
            for at, width in enumerate(sheet.widths):
                page.set_column(at, at, min(width, WIDEST))
            for n, row in enumerate(sheet.rows):
                for m, cell in enumerate(row):
                    if isinstance(cell, int | Decimal):
                        page.write_number(n, m, cell, plain)
                    elif cell:
                        page.write_string(n, m, cell[:32767], bold if n in sheet.heads else plain)
    return out.getvalue()


def _name(text: str) -> str:
    """What Excel takes as the name of a sheet."""
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31] or "1"
