"""What a page of the office wears, its style sheets know: a class that nobody styles is a part that looks careless."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = ("tokens", "base", "staff", "print")
NAMES_ONLY = {"heap", "conflict"}
"""Parts that tests look for; they look like what is in them."""
PUBLIC_ONLY = {"scores"}
"""What a part that both sides share wears on public pages alone."""
OURS = [
    *sorted((ROOT / "templates/backoffice").glob("*.html")),
    *sorted((ROOT / "templates/shared").glob("*.html")),
    *(ROOT / "templates" / name for name in ("base.html", "staff.html", "lock.html", "error_staff.html")),
]


def known() -> set[str]:
    """Every class that one of the office's style sheets has a rule for."""
    text = "".join((ROOT / f"static/css/{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_every_class_of_the_office_has_a_style(path: Path) -> None:
    worn = re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
    plain = " ".join(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", classes) for classes in worn)
    assert set(plain.split()) - known() <= NAMES_ONLY | PUBLIC_ONLY


def test_fields_that_a_browser_draws_itself_wear_the_house_s_border() -> None:
    text = (ROOT / "static/css/base.css").read_text(encoding="utf-8")
    kinds = {
        kind
        for path in OURS
        for kind in re.findall(r'<input[^>]* type="([a-z-]+)"', path.read_text(encoding="utf-8"))
        if kind not in {"hidden", "checkbox", "radio", "file"}
    }
    assert {kind for kind in kinds if f"input[type={kind}]" not in text} == set()
    bare = [path.name for path in OURS if re.search(r"<input (?![^>]*type=)", path.read_text(encoding="utf-8"))]
    assert bare == []
