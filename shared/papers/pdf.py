"""A paper as PDF: the layout is a Typst file beside this one, what stands in it comes as data and never as code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import noto_cjk_sans_otc
import typst

HERE = Path(__file__).parent
STANDARD: Final[Literal["a-2a"]] = "a-2a"
"""PDF/A-2a: it can be kept for decades, and a screen reader can read it."""


def pdf(layout: str, facts: Mapping[str, Any], fonts: Path | None = None) -> bytes:
    """The paper that `layout` (a file beside this one, without its ending) makes of the facts.

    `fonts` is the folder with the house's own licensed fonts; without them everything is set in Noto Sans CJK.
    """
    return bytes(
        typst.compile(
            str(HERE / f"{layout}.typ"),
            root=str(HERE),
            font_paths=[str(Path(noto_cjk_sans_otc.__file__).parent), *([str(fonts)] if fonts else [])],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARD,
            sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        )
    )
