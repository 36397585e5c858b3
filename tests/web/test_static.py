"""What the browser is given: light, the vendored script unchanged, nothing that an old engine or the policy refuses."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = sorted((ROOT / "static/css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT).parts]
HTMX = ROOT / "static/js/htmx-4.0.1.min.js"
OWN = ROOT / "static/js/huiyin.js"
PUBLIC = [*(ROOT / "static/css" / f"{name}.css" for name in ("tokens", "base", "public", "print")), HTMX, OWN]
INLINE = re.compile(r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|javascript:|hx-on|hx-boost|\bjs:")
KEEPING = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|\beval\b|new Function|https?:")
TOO_NEW = re.compile(r":has\(|light-dark\(|oklch\(|oklab\(|color-mix\(|@container|@layer|&[\s:.\[]")


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_htmx_is_the_file_its_note_names() -> None:
    digest = base64.b64encode(hashlib.sha384(HTMX.read_bytes()).digest()).decode()
    assert f"`sha384-{digest}`" in (ROOT / "static/js/README.md").read_text()


def test_style_and_script_of_a_first_public_visit_leave_ten_kilobytes_for_the_page() -> None:
    assert sum(map(_gzipped, PUBLIC)) <= 30 * 1024


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_style_sheets_keep_to_what_older_engines_know(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert not TOO_NEW.search(text)
    assert "{" not in re.sub(r"@(media|page)[^{]*\{(?:[^{}]*(\{[^{}]*\})?)*\}|\{[^{}]*\}", "", text), "nested rules"


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_style_sheets_load_nothing_from_elsewhere(path: Path) -> None:
    assert not re.search(r"url\(|@import", path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_inline_script_style_or_handler(path: Path) -> None:
    assert not INLINE.search(path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_load_nothing_from_elsewhere(path: Path) -> None:
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", path.read_text())


def test_own_script_neither_stores_nor_evaluates() -> None:
    assert not KEEPING.search(OWN.read_text())


def test_own_script_has_no_words_of_its_own() -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", OWN.read_text(), flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff]", code)


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_light(one), _light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _tokens(theme: str) -> dict[str, str]:
    light, dark = (ROOT / "static/css/tokens.css").read_text().split("html[data-theme=dark]")
    found = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", light))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", dark)) if theme == "dark" else found


TEXT = [
    "ink/paper",
    "ink-2/paper",
    "ink-2/wash",
    "ink-3/paper",
    "brand/paper",
    "brand/brand-wash",
    "on-brand/brand",
    "on-danger/danger",
    "danger-ink/danger-wash",
    "danger-ink/paper",
    "warn-ink/warn-wash",
    "warn-ink/paper",
    "ok-ink/ok-wash",
    "violet-ink/violet-wash",
    "slate-ink/wash-2",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", TEXT)
def test_text_stands_out_from_its_ground(theme: str, pair: str) -> None:
    tokens = _tokens(theme)
    text, ground = pair.split("/")
    assert _contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_fields_stand_out(theme: str) -> None:
    tokens = _tokens(theme)
    assert _contrast(tokens["line-strong"], tokens["paper"]) >= 3
