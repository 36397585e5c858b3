"""Full-width marks stand in the words that are translated, never between them: English pages show none of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_translations import KEYWORDS
from tests.support.pages import faults
from tests.support.sources import outside_calls, outside_translators

ROOT = Path(__file__).parents[2]
FULL_WIDTH = re.compile("[\u3000-\u303f\uff00-\uff65]")
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.*"))
FOLDERS = ("portal", "backoffice", "shared/web")
MODULES = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
STYLES = sorted(path.relative_to(ROOT) for path in (ROOT / "static/css").glob("*.css"))
READING = {"replace", "compile"}
"""Calls that look for such marks in what people have written, or mend them there."""
OWN_WORDS = {Path("shared/web/dates.py")}
"""Writes Chinese and English dates each by itself."""
ENGLISH = '<html lang="en"><head><title>Case — x</title></head><body><h1>Case</h1>{}</body></html>'


def marks(words: Iterator[str]) -> list[str]:
    return [word for word in words if FULL_WIDTH.search(word)]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_puts_no_chinese_mark_between_words(path: Path) -> None:
    assert marks(outside_calls((ROOT / path).read_text("utf-8"), READING | KEYWORDS.keys())) == []


@pytest.mark.parametrize("path", sorted({*MODULES} - OWN_WORDS), ids=str)
def test_a_module_puts_no_chinese_mark_between_words(path: Path) -> None:
    assert marks(outside_translators((ROOT / path).read_text("utf-8"), READING | KEYWORDS.keys())) == []


def test_a_style_sheet_writes_a_mark_only_where_english_has_its_own() -> None:
    written = "".join((ROOT / path).read_text("utf-8") for path in STYLES)
    rules = re.findall(r"[^{};]*content:[^;}]*", written)
    assert rules
    assert marks(iter(rules)) == []


def test_marks_between_words_are_found() -> None:
    assert marks(outside_calls("{{ _('好，') }}（{{ x }}{{ '、' }}", KEYWORDS)) == ["（", "'、'"]
    assert marks(outside_translators('x = _("好，") + f"{y}：" + re.compile("，")', READING | {"_"})) == ["："]


@pytest.mark.parametrize("shown", ["<p>due （Mon 7 Sep）</p>", "<b>a</b>、<b>b</b>", '<p title="a：b">a</p>'])
def test_an_english_page_with_a_mark_of_ours_breaks_a_standing_rule(shown: str) -> None:
    assert len(faults(ENGLISH.format(shown))) == 1


@pytest.mark.parametrize("shown", ["<p>脚手架，没人管。</p>", '<p lang="zh-CN">（R2.01）</p>', "<p>(Mon 7 Sep)</p>"])
def test_an_english_page_may_quote_what_people_wrote(shown: str) -> None:
    assert faults(ENGLISH.format(shown)) == []
