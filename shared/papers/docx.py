"""A paper that people go on editing: a Word file made from a template beside this one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

HERE = Path(__file__).parent


def docx(layout: str, facts: Mapping[str, Any]) -> bytes:
    """The Word file that `layout` makes of the facts; `sheets` with a `link` get it as a QR code."""
    template = DocxTemplate(HERE / f"{layout}.docx")
    shown = dict(facts)
    shown["sheets"] = [{**one, "qr": _qr(template, str(one.get("link") or ""))} for one in facts.get("sheets", ())]
    template.render(shown, autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def _qr(template: DocxTemplate, link: str) -> Any:
    if not link:
        return ""
    drawn = io.BytesIO()
    segno.make(link, error="m").save(drawn, kind="png", scale=6, border=1)
    drawn.seek(0)
    return InlineImage(template, drawn, width=Mm(20))
