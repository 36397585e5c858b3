"""Flat copies: what is seen goes over, what isn't stays behind."""

from __future__ import annotations

import io

import pikepdf
import pytest

from shared.cleaning.faults import about
from shared.cleaning.flat import MOST_PAGES, flatten, written
from shared.cleaning.ways import way_of
from shared.domain.errors import Refused
from shared.file_kinds import KINDS
from tests.support import samples

KEPT = {"/Type", "/Pages", "/Kids", "/Count"}


def flat(kind: str, data: bytes, hide=lambda text: text) -> pikepdf.Pdf:
    out = io.BytesIO()
    with about(""):
        flatten(KINDS[kind].media_type, io.BytesIO(data), out, hide)
    return pikepdf.open(out)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "pdf", "xlsx", "txt"])
def test_a_flat_copy_holds_pages_and_nothing_else(kind: str):
    _name, data = samples.good()[kind]
    with flat(kind, data) as copy:
        assert len(copy.pages) >= 1
        assert set(copy.Root.keys()) == {"/Type", "/Pages"}
        assert not set(copy.trailer.keys()) & {"/Info", "/Encrypt"}
        assert not any("/Annots" in page or "/AA" in page for page in copy.pages)
        written_out = b"".join(
            o.read_bytes() for o in copy.objects if isinstance(o, pikepdf.Stream) and "/Filter" not in o
        )
    assert not [secret for secret in samples.SECRETS if secret in written_out]


def test_the_same_file_gives_the_same_copy_so_that_no_moment_is_in_it():
    copies = []
    for _ in range(2):
        out = io.BytesIO()
        flatten("image/jpeg", io.BytesIO(samples.jpeg()), out, str)
        copies.append(out.getvalue())
    assert copies[0] == copies[1]


def test_a_picture_stands_upright():
    with flat("jpeg", samples.jpeg(orientation=6)) as copy:
        width, height = (float(copy.pages[0].MediaBox[n]) for n in (2, 3))
    assert height > width


@pytest.mark.parametrize(("kind", "way"), [("ofd", "left"), ("mp3", "sound"), ("mp4", "sound"), ("heic", "pages")])
def test_each_kind_has_its_way(kind: str, way: str):
    assert way_of(KINDS[kind].media_type) == way


@pytest.mark.parametrize("kind", ["ofd", "mp3"])
def test_what_has_no_flat_form_is_refused(kind: str):
    with pytest.raises(Refused, match="file_type"):
        flat(kind, samples.good()[kind][1])


def test_a_long_text_fills_pages_and_an_endless_one_is_refused():
    with flat("txt", ("公开栏没有更新。" * 30 + "\n").encode() * 20) as copy:
        assert len(copy.pages) > 1
    with pytest.raises(Refused, match="file_bomb"):
        flat("txt", b"\n" * 60 * MOST_PAGES)


def test_entities_are_not_expanded():
    burst = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:p>&a;</w:p>'
    with pytest.raises(Refused, match="file_broken"):
        flat("docx", samples.archive(samples.TYPES, ("word/document.xml", burst)))


def test_a_sheet_is_read_row_by_row():
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = f"<sst {space}><si><t>低保</t></si></sst>".encode()
    seen, hidden = '<row><c t="s"><v>0</v></c><c><v>12</v></c></row>', '<row hidden="1"><c><v>9</v></c></row>'
    rows = f"<worksheet {space}>{seen}{hidden}</worksheet>"
    data = samples.archive(("xl/sharedStrings.xml", texts), ("xl/worksheets/sheet1.xml", rows.encode()))
    assert written("xlsx", io.BytesIO(data)) == "低保  12"
