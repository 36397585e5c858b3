"""What a unit is given: nothing that was marked in the complaint is in any byte that it can open (promises 1.6)."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select

from shared import files, tasks
from shared.db import work
from shared.models.attachment import Attachment
from shared.models.slip import Slip
from shared.models.transfer_copy import TransferCopy
from shared.services import queries_slip
from shared.web import state
from tests.support import samples
from tests.support import world as w
from tests.support.office import Office, link

NAME, PHONE, CARD_ID = "柳小㛃", "13800138000", "53010219850302123X"
ROOM, PLATE, WORKPLACE = "3栋2单元302室", "云A·12345", "临湖水泥厂"
STORY = (
    f"我叫{NAME}，住{ROOM}，电话{PHONE}，身份证{CARD_ID}。我在{WORKPLACE}上班，车牌{PLATE}。"
    "村务公开栏已经三个月没有更新，补贴名单一直看不到。"
)
CANARIES = (NAME, PHONE, CARD_ID, "302室", "12345", "水泥厂", "Chen Mou", "陈某", "Testphone", "canary")
WHO = {"mode": "named", "identity": {"name": NAME}, "contact": {"phone": PHONE}}
SEND = {"confirmed": "y"}


def layered_pdf() -> bytes:
    """A page whose words are drawn with no ink: a hidden layer such as scanners leave."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.pdf())) as book:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        book.pages[0].Resources.Font = pikepdf.Dictionary(F=font)
        book.pages[0].Contents = book.make_stream(b"BT /F 12 Tf 3 Tr 40 40 Td (canary) Tj ET")
        book.save(out)
    return out.getvalue()


def word() -> bytes:
    told = f'<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r><w:t>{NAME}说公开栏空着</w:t></w:r>'
    told += "<w:del><w:r><w:t>canary</w:t></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>canary</w:t></w:r></w:p>"
    return samples.archive(samples.TYPES, ("word/document.xml", told.encode()))


SENT = {"canary.jpg": samples.jpeg(), "canary.pdf": layered_pdf(), "canary.docx": word(), "canary.mp3": samples.MP3}


def given(town: Office, *names: str) -> tuple[int, dict[str, int]]:
    """A case with these files of the citizen."""
    case_id = town.made(w.accepted, story=STORY, **WHO)
    with town.app.app_context(), work() as session:
        for name in names:
            kept = files.take_in(io.BytesIO(SENT[name]), name, state.limits(), state.store())
            row = Attachment(case_id=case_id, origin="citizen", at=w.MONDAY, removed=list(kept.removed))
            for column in ("stored", "name", "media_type", "size", "sha256"):
                setattr(row, column, getattr(kept, column))
            session.add(row)
        session.flush()
        rows = session.execute(select(Attachment.name, Attachment.id).where(Attachment.case_id == case_id))
        return case_id, {name: number for name, number in rows}


def issued(town: Office, *names: str, **more: str) -> tuple[int, dict[str, int], str]:
    """The slip issued from the page with these files, its copies made by the worker."""
    case_id, known = given(town, *names)
    chosen = [str(known[n]) for n in names]
    finance = str(town.world.unit["finance"])
    address = f"/office/case/{case_id}/transfer"
    town.press("dispatcher", address, unit_id=finance, points="何时更新", files=chosen, **SEND, **more)
    with town.app.app_context():
        tasks.make_copies()
    return case_id, known, link(town.see("dispatcher", f"/office/case/{case_id}"), "/slip/")


def unpacked(data: bytes) -> Iterator[str]:
    """A file as every tool might read it: its bytes, its streams, its words."""
    yield data.decode("utf-8", "ignore") + data.decode("latin-1")
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            plain = zlib.decompress(packed)
        except zlib.error:
            continue
        yield plain.decode("latin-1") + bytes.fromhex(
            "".join(re.findall(r"<([0-9a-f]+)>", plain.decode("latin-1")))
        ).decode("utf-16-be", "ignore")
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            yield page.get_textpage().get_text_range()


def downloads(town: Office, role: str, page: str) -> dict[str, bytes]:
    found = {}
    for a in html.fromstring(page).xpath("//main//a[contains(@href, '/copy/') or contains(@href, '/file/')]"):
        answer = town.desk(role).get(a.get("href"))
        assert answer.status_code == 200
        yielded = answer.headers["Content-Disposition"]
        found[a.text] = answer.data
        answer.close()
        assert not any(c in yielded for c in CANARIES)
    return found


def test_no_marked_word_is_in_anything_a_unit_can_open(town: Office):
    _case, _known, slip = issued(town, "canary.jpg", "canary.pdf", "canary.docx")
    pages = [town.see("signer", at) for at in (slip, slip + "/print", slip + "/sign", "/office/")]
    held = downloads(town, "signer", pages[0])
    assert sorted(held) == ["附件1.pdf", "附件2.pdf", "附件3.pdf"]
    for text in [*pages, *(part for data in held.values() for part in unpacked(data))]:
        assert [c for c in CANARIES if c in text] == []


def test_a_flat_copy_shows_what_the_original_shows(town: Office):
    _case, _known, slip = issued(town, "canary.jpg", "canary.docx")
    picture, text = downloads(town, "signer", town.see("signer", slip)).values()
    with pikepdf.open(io.BytesIO(picture)) as pdf:
        drawn = Image.open(io.BytesIO(pdf.pages[0].Resources.XObject.P.read_raw_bytes()))
        assert not pdf.docinfo
    assert drawn.getpixel((5, 5))[0] > 200
    assert drawn.getpixel((drawn.width - 5, 5))[2] > 200
    assert "〔已隐去〕说公开栏空着" in "".join(unpacked(text))


def test_a_copy_waits_for_the_check_of_its_original(town: Office):
    _case, _known, slip = issued(town, "canary.jpg")
    place, known = link(town.see("signer", slip), "/copy/"), town.app.extensions["huiyin"]
    try:
        town.app.extensions["huiyin"] = replace(known, settings=replace(known.settings, clamd_socket="/away"))
        assert "还没有查完病毒" in town.see("signer", place, 422)
    finally:
        town.app.extensions["huiyin"] = known


def test_what_was_left_out_leaves_no_trace(town: Office):
    case_id, known = given(town, *SENT)
    chosen = [str(known["canary.pdf"])]
    finance = str(town.world.unit["finance"])
    town.press("dispatcher", f"/office/case/{case_id}/transfer", unit_id=finance, points="何时", files=chosen, **SEND)
    with town.app.app_context():
        tasks.make_copies()
    slip = link(town.see("dispatcher", f"/office/case/{case_id}"), "/slip/")
    assert list(downloads(town, "signer", town.see("signer", slip))) == ["附件1.pdf"]
    for number in known.values():
        town.see("signer", f"/office/file/{number}", status=404)


def test_a_unit_learns_the_day_of_the_offices_acts_and_no_hour(town: Office):
    _case, _known, slip = issued(town)
    for page in (town.see("signer", slip), town.see("signer", slip + "/print")):
        assert not re.search(r"\d\d:\d\d", html.fromstring(page).text_content())
        assert "T01:00" not in page
    assert "09:00" in town.see("dispatcher", slip)


def test_a_transfer_needs_the_tick_of_whoever_compared_it(town: Office):
    case_id, _known = given(town)
    address, unit = f"/office/case/{case_id}/transfer", str(town.world.unit["finance"])
    page = town.press("dispatcher", address, status=422, unit_id=unit, points="何时").text
    assert "请对照原文看一遍，再勾选确认。" in page
    town.press("dispatcher", address, unit_id=unit, points="何时", **SEND)
    with town.app.app_context(), work() as session:
        slip = session.scalars(select(Slip)).one()
        assert (slip.confirmed_by, slip.confirmed_at) == (town.world.actor("dispatcher").person_id, w.MONDAY)


def test_a_place_that_is_kept_comes_back_into_the_copy_and_is_read_again(town: Office):
    case_id, _known = given(town)
    address, unit = f"/office/case/{case_id}/transfer", str(town.world.unit["finance"])
    asked = {"unit_id": unit, "points": "何时", "hide_text": ["0", "1", "2", "3", "4"], **SEND}
    page = town.press("dispatcher", address, status=422, **asked).text
    assert "副本已经更新" in page
    assert PLATE in html.fromstring(page).xpath("//textarea[@name='text']")[0].text
    answer = town.desk("dispatcher").post(address + "/copy", data=form_of(page), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<h1" not in answer.text


def form_of(page: str) -> dict[str, object]:
    return dict(html.fromstring(page).xpath("//main//form")[0].form_values())


def test_sound_goes_over_only_when_somebody_has_listened(town: Office):
    case_id, known = given(town, "canary.mp3")
    address, unit = f"/office/case/{case_id}/transfer", str(town.world.unit["finance"])
    asked = {"unit_id": unit, "points": "何时", "files": [str(known["canary.mp3"])], **SEND}
    assert "请听看一遍" in town.press("dispatcher", address, status=422, **asked).text
    town.press("dispatcher", address, sound="y", **asked)


def test_a_recalled_copy_is_gone_for_the_unit_and_a_new_one_comes_on_the_same_slip(town: Office):
    _case, _known, slip = issued(town, "canary.jpg", text="漏隐：" + PLATE)
    before = link(town.see("signer", slip), "/copy/")
    town.press("dispatcher", slip + "/recall_copy", status=422)
    town.press("dispatcher", slip + "/recall_copy", reason="车牌没有隐去")
    town.see("signer", before, status=404)
    for page in (town.see("signer", slip), town.see("signer", slip + "/print")):
        assert "正在准备新的副本" in page
        assert PLATE not in page
        assert "车牌没有隐去" not in page
    assert "收回副本" in town.see("dispatcher", slip)
    town.press("dispatcher", slip + "/reissue_copy", points="何时", text="公开栏没有更新", **SEND)
    assert "公开栏没有更新" in town.see("signer", slip)


@pytest.mark.parametrize("role", ["signer", "director", "handler", "unit_head"])
def test_a_unit_can_neither_recall_nor_reissue(town: Office, role: str):
    _case, _known, slip = issued(town)
    town.see(role, slip + "/recall_copy", status=403)


def test_a_copy_recalled_while_it_is_made_is_thrown_away(town: Office):
    case_id, known = given(town, "canary.jpg")
    with town.app.app_context():
        from shared.services import recalls, slips

        who = town.world.actor("dispatcher")
        slip = slips.transfer(
            case_id,
            who,
            w.MONDAY,
            unit_id=town.world.unit["finance"],
            points="何时",
            text="公开栏",
            files=known.values(),
        )
        recalls.recall(slip, who, w.MONDAY, state.store(), reason="看错了")
        tasks.make_copies()
        with work() as session:
            assert [c.state for c in session.scalars(select(TransferCopy))] == ["recalled"]


def test_a_file_that_cannot_be_made_says_so_to_the_office_alone(town: Office):
    case_id, known = given(town, "canary.jpg")
    with town.app.app_context():
        row = queries_slip.file_for(known["canary.jpg"], town.world.actor("intake"))
        state.store().delete(row.stored)
    town.press(
        "dispatcher",
        f"/office/case/{case_id}/transfer",
        unit_id=str(town.world.unit["finance"]),
        points="何时",
        files=[str(known["canary.jpg"])],
        **SEND,
    )
    with town.app.app_context():
        tasks.make_copies()
    slip = link(town.see("dispatcher", f"/office/case/{case_id}"), "/slip/")
    assert "失败" in town.see("dispatcher", slip)
    assert "失败" not in town.see("signer", slip)
