"""Papers as PDF: what people wrote is text and nothing else, rare names are printed, the file can be kept."""

from __future__ import annotations

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


def row(text: str) -> dict[str, Any]:
    return {"name": "投诉内容", "text": text, "tall": False}


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
