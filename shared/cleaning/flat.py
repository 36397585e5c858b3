"""Flat copies for a unit: pictures of pages, or bare text, in a PDF that holds nothing else (promises 1.6).

Whatever a document carries beside what is seen (layers, hidden text, comments, revisions, attachments, properties)
can't come along, for only pixels or letters are taken over.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.etree import ElementTree  # nosec B405

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

import shared.cleaning.pictures  # noqa: F401  # its guard against huge pictures holds here too
from shared.cleaning import text_of
from shared.cleaning.ways import PICTURES, WRITINGS
from shared.domain.errors import Refused
from shared.domain.numbering import whole

MOST_PAGES = 200
LONG_SIDE = 2200
"""Pixels: A4 at about 190 dots an inch, so that small print stays readable."""
_QUALITY = 82
_A4 = (595, 842)
_MARGIN, _SIZE, _LEADING = 56, 11, 18
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def flatten(media_type: str, source: BinaryIO, target: BinaryIO, hide: Callable[[str], str]) -> None:
    """Writes the flat copy to `target`; `hide` redacts what goes over as text.

    Raises Refused('file_bomb') for too many pages, Refused('file_type') for what has no flat form.
    """
    if media_type in PICTURES:
        _bind([_picture(source)], target)
    elif media_type == "application/pdf":
        _bind(_pages(source), target)
    elif media_type in WRITINGS:
        _set(hide(written(WRITINGS[media_type], source)), target)
    else:
        raise Refused("file_type")


def _picture(source: BinaryIO) -> Image.Image:
    with Image.open(source) as image:
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        seen = upright.convert("RGBA")
        page = Image.new("RGB", seen.size, "white")
        page.paste(seen, mask=seen.getchannel("A"))
        return page


def _pages(source: BinaryIO) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(source.read()) as book:
        if len(book) > MOST_PAGES:
            raise Refused("file_bomb")
        for number in range(len(book)):
            page = book[number]
            scale = LONG_SIDE / max(*page.get_size(), 1)
            yield page.render(scale=min(scale, 200 / 72)).to_pil().convert("RGB")
            page.close()


def _bind(pictures: Iterator[Image.Image] | list[Image.Image], target: BinaryIO) -> None:
    """One picture a page, as wide as A4 where it fits."""
    with pikepdf.new() as pdf:
        for picture in pictures:
            data = io.BytesIO()
            # Only pixels are handed over: whatever else hung on the picture stays behind.
            Image.frombytes("RGB", picture.size, picture.tobytes()).save(data, "JPEG", quality=_QUALITY)
            scale = min(_A4[0] / picture.width, _A4[1] / picture.height)
            width, height = round(picture.width * scale), round(picture.height * scale)
            drawn = pikepdf.Stream(
                pdf,
                data.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=picture.width,
                Height=picture.height,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            page = pdf.add_blank_page(page_size=(width, height))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=drawn))
            page.Contents = pdf.make_stream(b"q %d 0 0 %d 0 0 cm /P Do Q" % (width, height))
        _save(pdf, target)


def _save(pdf: pikepdf.Pdf, target: BinaryIO) -> None:
    # The file's number is made from what it shows, not from the moment at which it was made.
    pdf.save(target, deterministic_id=True)


def written(kind: str, source: BinaryIO) -> str:
    """The text of a document as it is read: nothing deleted, hidden or remarked in the margin."""
    if kind == "txt":
        return text_of(source.read()) or ""
    with zipfile.ZipFile(source) as archive:
        return _of_word(archive) if kind == "docx" else _of_sheets(archive)


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # entities are how such files are made to burst
        raise Refused("file_broken")
    return ElementTree.fromstring(data)  # noqa: S314  nothing to expand without a document type  # nosec B314


def _of_word(archive: zipfile.ZipFile) -> str:
    lines = []
    for paragraph in _xml(archive, "word/document.xml").iter(f"{_WORD}p"):
        gone = {run for mark in ("del", "moveFrom") for part in paragraph.iter(_WORD + mark) for run in part.iter()}
        runs = [r for r in paragraph.iter(f"{_WORD}r") if r not in gone and r.find(f"{_WORD}rPr/{_WORD}vanish") is None]
        lines.append("".join(_glyph(part) for run in runs for part in run))
    return "\n".join(lines)


def _glyph(part: ElementTree.Element) -> str:
    return {f"{_WORD}t": part.text or "", f"{_WORD}tab": "\t", f"{_WORD}br": "\n"}.get(part.tag, "")


def _of_sheets(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        shared = [
            "".join(t.text or "" for t in item.iter(f"{_SHEET}t")) for item in _xml(archive, "xl/sharedStrings.xml")
        ]
    sheets = sorted(n for n in names if PurePosixPath(n).match("xl/worksheets/*.xml"))
    rows = [row for name in sheets for row in _xml(archive, name).iter(f"{_SHEET}row") if row.get("hidden") != "1"]
    return "\n".join("  ".join(filter(None, (_cell(c, shared) for c in row))) for row in rows)


def _cell(cell: ElementTree.Element, shared: list[str]) -> str:
    text = "".join(t.text or "" for tag in ("v", "t") for t in cell.iter(_SHEET + tag))
    if cell.get("t") != "s":
        return text
    place = whole(text)
    return shared[place] if place is not None and place < len(shared) else ""


def _set(text: str, target: BinaryIO) -> None:
    """Sets text on A4 in the Song face that every PDF reader brings along for Chinese; no font is embedded."""
    lines = [line for paragraph in text.split("\n") for line in _wrapped(paragraph)]
    per_page = (_A4[1] - 2 * _MARGIN) // _LEADING
    if len(lines) > per_page * MOST_PAGES:
        raise Refused("file_bomb")
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(_font())
        for first in range(0, max(1, len(lines)), per_page):
            page = pdf.add_blank_page(page_size=_A4)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            shown = [
                b"<%s> Tj T*" % line.encode("utf-16-be").hex().encode() for line in lines[first : first + per_page]
            ]
            head = b"BT /F %d Tf %d TL %d %d Td" % (_SIZE, _LEADING, _MARGIN, _A4[1] - _MARGIN - _SIZE)
            page.Contents = pdf.make_stream(b"\n".join([head, *shown, b"ET"]))
        _save(pdf, target)


def _font() -> pikepdf.Dictionary:
    name = pikepdf.Name("/STSong-Light")
    system = pikepdf.Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2)
    about = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=6,
        FontBBox=[-25, -254, 1000, 880],
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=880,
        StemV=93,
    )
    inner = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=system,
        FontDescriptor=about,
        DW=1000,
        W=[1, 95, 500],
    )
    outer = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=name)
    outer.Encoding, outer.DescendantFonts = pikepdf.Name("/UniGB-UTF16-H"), pikepdf.Array([inner])
    return outer


def _wrapped(paragraph: str) -> Iterator[str]:
    """Lines of at most so many widths: a Chinese character is as wide as two letters."""
    room, line, used = (_A4[0] - 2 * _MARGIN) * 2 // _SIZE, "", 0
    for char in re.sub(r"[\x00-\x08\x0b-\x1f]", "", paragraph).replace("\t", "    "):
        width = 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        if used + width > room:
            yield line
            line, used = "", 0
        line, used = line + char, used + width
    yield line
