"""Tables as files for a spreadsheet: the one place that writes them, where every cell is defused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Response

from shared.files import download_headers

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by a spreadsheet."""


def table_file(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """A CSV file with the mark by which old spreadsheets know UTF-8; no cell is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(str(cell)) for cell in row] for row in rows])
    headers = download_headers(name + ".csv", "text/csv; charset=utf-8")
    return Response(out.getvalue().encode("utf-8-sig"), headers=headers)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
