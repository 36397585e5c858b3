"""Papers as PDF: what people wrote is text and nothing else, rare names are printed, the file can be kept."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest

from shared.papers.pdf import pdf

WORDS = {
    "colon": "：",
    "blank_day": "年　月　日",
    "photo": "照片",
    "check": "核对码：",
    "seal": "（盖章）",
    "number": "编号：",
}


def text_of(data: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def sheet(**more: Any) -> dict[str, Any]:
    usual = {"house": "某某镇投诉办公室", "title": "投诉登记表", "number": "川投〔2026〕0001号", "head": [], "rows": []}
    return {**usual, "signs": [], "seal": False, "photos": 0, "day": "2026年11月30日", "code": "", **more}


def made(*sheets: dict[str, Any], official: bool = False) -> bytes:
    facts = {"official": official, "lang": "zh", "title": "投诉登记表", "words": WORDS, "sheets": list(sheets)}
    return pdf("form", facts)


def row(text: str, **more: Any) -> dict[str, Any]:
    return {"name": "投诉内容", "text": text, "tall": False, "wide": False, **more}


def lines_of(page: pypdfium2.PdfPage) -> list[list[tuple[float, float, float, float]]]:
    """The characters of a page from above, line by line: left, bottom, right and top, in millimetres of the sheet."""
    words, found = page.get_textpage(), {}
    for n in range(words.count_chars()):
        if words.get_text_range(n, 1).strip():
            box = words.get_charbox(n, loose=True)
            left, bottom, right, top = (x / 72 * 25.4 for x in box)
            found.setdefault(round(bottom), []).append((left, bottom, right, top))
    return [found[height] for height in sorted(found, reverse=True)]


@pytest.mark.parametrize("hostile", ['#read("/etc/passwd")', "$x$", "*b* _i_ `c`", "// <a>", "#panic()", "\\u{1}"])
def test_what_people_write_is_never_code(hostile: str) -> None:
    assert hostile in text_of(made(sheet(rows=[row(hostile)])))


def test_rare_characters_of_names_are_printed() -> None:
    assert "龘䶮㛃𠮷" in text_of(made(sheet(rows=[row("龘䶮㛃𠮷")])))


def test_a_public_body_s_paper_has_the_measures_of_gb_t_9704() -> None:
    page = pypdfium2.PdfDocument(made(sheet(), official=True))[0]
    assert tuple(round(n / 72 * 25.4) for n in page.get_size()) == (210, 297)
    words = page.get_textpage()
    count = words.count_chars() - 5  # without the number of the page
    boxes = [box for n in range(count) if any(box := words.get_charbox(n))]
    assert min(left for left, *_ in boxes) / 72 * 25.4 >= 28
    assert max(top for *_, top in boxes) / 72 * 25.4 <= 297 - 37
    assert "川投〔2026〕0001号" in words.get_text_range().replace(" ", "")


def test_many_sheets_are_one_file_each_counted_from_one() -> None:
    data = made(sheet(title="第一份"), sheet(title="第二份"))
    assert len(pypdfium2.PdfDocument(data)) == 2
    assert b"pdfaid" in data or b"/Metadata" in data


def test_a_page_of_an_official_text_holds_22_lines_of_28_characters() -> None:
    pages = pypdfium2.PdfDocument(made(sheet(rows=[row("投" * 2000, tall=True, wide=True)]), official=True))
    body = [line for line in lines_of(pages[1]) if line[0][1] > 34]  # what is below is the foot of the page
    assert len(body) == 22
    assert {len(line) for line in body} == {28}
    assert min(line[0][0] for line in body) == pytest.approx(28, abs=0.5)
    assert max(line[-1][2] for line in body) == pytest.approx(210 - 26, abs=0.5)
    heights = [line[0][1] for line in body]
    assert [high - low for high, low in pairwise(heights)] == pytest.approx([225 / 22] * 21, abs=0.05)
    assert max(line[0][3] for line in body) <= 297 - 37 + 1


def test_short_rows_of_an_official_paper_keep_the_grid() -> None:
    rows = [row("不公布的", name=f"第{n}行") for n in range(6)]
    found = lines_of(pypdfium2.PdfDocument(made(sheet(rows=rows), official=True))[0])
    heights = [line[0][1] for line in found if len(line) == 7]
    assert [high - low for high, low in pairwise(heights)] == pytest.approx([225 / 22] * 5, abs=0.05)


def test_each_page_says_of_which_paper_it_is_and_of_how_many_pages() -> None:
    long, short = sheet(rows=[row("投" * 3000, tall=True)]), sheet(title="第二份", number="川投〔2026〕0002号")
    pages = pypdfium2.PdfDocument(made(long, short))
    said = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages]
    assert said[0].endswith(f"投诉登记表川投〔2026〕0001号1/{len(said) - 1}")
    assert said[-2].endswith(f"投诉登记表川投〔2026〕0001号{len(said) - 1}/{len(said) - 1}")
    assert said[-1].endswith("第二份川投〔2026〕0002号1/1")


def test_the_seal_never_stands_on_a_page_alone() -> None:
    for official in (False, True):
        for length in range(250, 1300, 350):
            rows = [row("投" * length, tall=True, wide=True), row("", tall=True)]
            data = made(sheet(rows=rows, signs=["经办人"], seal=True), official=official)
            last = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)][-1]
            assert "经办人" in last
