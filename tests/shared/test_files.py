"""Facts about evidence files: which are taken in and what is removed from them."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from shared import files
from shared.cleaning import REMOVABLE
from shared.disk_store import DiskStore
from shared.domain.errors import Refused
from shared.file_kinds import KINDS, Limits
from shared.files import Kept, Store
from tests.support import samples

GOOD, BAD = samples.good(), samples.bad()
PICTURES = ("jpeg", "png", "gif", "webp", "heic")
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def limits(tmp_path: Path) -> Limits:
    return Limits(folder=tmp_path / "tmp")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return DiskStore(tmp_path / "files")


def take(name: str, data: bytes, limits: Limits, store: Store) -> tuple[Kept, bytes]:
    kept = files.take_in(io.BytesIO(data), name, limits, store)
    with store.open(kept.stored) as file:
        return kept, file.read()


def refusal(name: str, data: bytes, limits: Limits, store: Store) -> Refused:
    with pytest.raises(Refused) as error:
        files.take_in(io.BytesIO(data), name, limits, store)
    return error.value


def test_there_is_a_sample_of_every_kind() -> None:
    assert GOOD.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", GOOD)
def test_a_kind_is_known_by_its_content(kind: str, limits: Limits, store: Store) -> None:
    name, data = GOOD[kind]
    honest, copy = take(name, data, limits, store)
    assert (honest.media_type, honest.size) == (KINDS[kind].media_type, len(copy))
    assert honest.name.endswith(KINDS[kind].ending)
    if kind != "txt":
        assert take("wrong.exe", data, limits, store)[0].name == "wrong" + KINDS[kind].ending


@pytest.mark.parametrize("fact", BAD)
def test_what_is_refused_is_refused_by_name_and_leaves_nothing(fact: str, limits: Limits, store: Store) -> None:
    code, name, data = BAD[fact]
    refused = refusal(name, data, limits, store)
    assert (refused.code, refused.facts["name"]) == (code, name)
    assert [path for path in limits.folder.parent.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_refused_before_it_is_read_to_its_end(limits: Limits, store: Store) -> None:
    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(Refused) as error:
        files.take_in(stream, "长.mp4", limits, store)
    assert (error.value.code, error.value.facts) == ("file_too_big", {"name": "长.mp4", "limit": 20 * 1024 * 1024})
    assert stream.served <= 22 * 1024 * 1024


def test_a_file_of_exactly_the_limit_is_taken(limits: Limits, store: Store) -> None:
    data = samples.MP3.ljust(limits.file_bytes, b"\0")
    assert take("a.mp3", data, limits, store)[0].size == limits.file_bytes


def test_one_file_too_many_is_refused(limits: Limits) -> None:
    files.check_count(8, 1, limits)
    with pytest.raises(Refused) as error:
        files.check_count(8, 2, limits)
    assert (error.value.code, error.value.facts) == ("too_many_files", {"limit": 9})


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "heic", "pdf", "docx", "xlsx"])
def test_nothing_that_tells_who_where_or_with_what_is_left(kind: str, limits: Limits, store: Store) -> None:
    name, data = GOOD[kind]
    kept, copy = take(name, data, limits, store)
    assert [secret for secret in samples.SECRETS if secret in unpacked(data)] != []
    assert [secret for secret in samples.SECRETS if secret in unpacked(copy)] == []
    assert set(kept.removed) <= set(REMOVABLE)


def unpacked(data: bytes) -> bytes:
    """The bytes with everything laid open that is compressed inside."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return data + b"".join(archive.read(name) for name in archive.namelist())
    if data.startswith(b"%PDF"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as book:
            book.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()
    return data


@pytest.mark.parametrize(
    ("kind", "removed"),
    [
        ("jpeg", ("gps", "time", "camera", "author", "software", "comment")),
        ("png", ("gps", "time", "camera", "author", "software")),
        ("webp", ("gps", "time", "camera", "author", "software")),
        ("heic", ("gps", "time", "camera", "author", "software")),
        ("gif", ("comment",)),
        ("pdf", ("gps", "time", "camera", "author", "software", "script", "attachment")),
        ("docx", ("gps", "time", "camera", "author", "software", "thumbnail")),
        ("xlsx", ("author",)),
        ("txt", ()),
        ("mov", ()),
    ],
)
def test_the_person_is_told_what_was_removed(kind: str, removed: tuple[str, ...], limits: Limits, store: Store) -> None:
    assert take(*GOOD[kind], limits, store)[0].removed == removed


@pytest.mark.parametrize("kind", PICTURES)
def test_a_clean_picture_holds_nothing_but_pixels(kind: str, limits: Limits, store: Store) -> None:
    _, copy = take(*GOOD[kind], limits, store)
    with Image.open(io.BytesIO(copy)) as image:
        image.load()
        assert dict(image.getexif()) == {}
        assert not image.info.keys() & {"exif", "xmp", "icc_profile", "comment", "Author", "XML:com.adobe.xmp"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stays_the_way_it_was_seen(orientation: int, limits: Limits, store: Store) -> None:
    _, copy = take("a.jpg", samples.jpeg(orientation), limits, store)
    turned = orientation >= 5
    # Where the stored left edge (red) belongs: left, right, right, left, top, top, bottom, bottom.
    red = [(1, 20), (58, 20), (58, 20), (1, 20), (20, 1), (20, 1), (20, 58), (20, 58)][orientation - 1]
    with Image.open(io.BytesIO(copy)) as image:
        assert image.size == ((40, 60) if turned else (60, 40))
        red_part, _, blue_part = image.convert("RGB").getpixel(red)
    assert red_part > 200 > 60 > blue_part


def test_a_moving_picture_keeps_its_frames(limits: Limits, store: Store) -> None:
    _, copy = take(*GOOD["gif"], limits, store)
    with Image.open(io.BytesIO(copy)) as image:
        assert image.n_frames == 3
        assert image.info["duration"] == 70


def test_frames_count_towards_the_pixel_limit(tmp_path: Path, store: Store) -> None:
    assert refusal("a.gif", samples.gif(), Limits(folder=tmp_path, pixels=60 * 40 * 2), store).code == "file_bomb"
    take("a.gif", samples.gif(), Limits(folder=tmp_path, pixels=60 * 40 * 3), store)


def test_a_moving_picture_that_grows_is_a_bomb(limits: Limits, store: Store) -> None:
    still, moved = samples.gif().split(b"!\xf9\x04")[:2], samples.gif().split(b"!\xf9\x04")[2]
    at = moved.index(b",") + 5  # width and height of the second frame
    grown = b"!\xf9\x04".join([*still, moved[:at] + b"\xff\x3f\xff\x3f" + moved[at + 4 :]])
    assert refusal("a.gif", grown, limits, store).code == "file_bomb"


def test_a_clean_pdf_runs_nothing_and_still_shows_its_picture(limits: Limits, store: Store) -> None:
    _, copy = take(*GOOD["pdf"], limits, store)
    with pikepdf.open(io.BytesIO(copy)) as book:
        assert not book.Root.keys() & {"/OpenAction", "/AA", "/Metadata"}
        assert len(book.attachments) == 0
        photo = book.pages[0].Resources.XObject["/AA"]  # a resource may bear any name
        with Image.open(io.BytesIO(photo.read_raw_bytes())) as image:
            assert image.size == (60, 40)


def test_a_clean_document_keeps_its_text(limits: Limits, store: Store) -> None:
    _, copy = take(*GOOD["docx"], limits, store)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None
        assert "正文" in archive.read("word/document.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_becomes_utf_8(encoding: str, limits: Limits, store: Store) -> None:
    assert take("a.TXT", "投诉说明\n".encode(encoding), limits, store)[1].decode() == "投诉说明\n"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_kept_as_it_came_is_marked_so(kind: str, limits: Limits, store: Store) -> None:
    name, data = GOOD[kind]
    kept, copy = take(name, data, limits, store)
    assert files.metadata_stays(kept.media_type) == (kind in ("ofd", "mp3", "m4a", "wav", "amr", "mp4", "mov"))
    assert not files.metadata_stays(kept.media_type) or copy == data


def test_a_recorder_that_marks_sound_as_film_is_believed_by_its_ending(limits: Limits, store: Store) -> None:
    assert take("录音.m4a", samples.film(b"mp42"), limits, store)[0].media_type == "audio/mp4"
    assert take("a.mp3", samples.BARE_MP3, limits, store)[0].media_type == "audio/mpeg"


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "heic", "pdf", "docx", "ofd"])
@given(data=st.data())
@slow
def test_a_damaged_file_is_refused_or_taken_but_never_a_fault(
    kind: str, limits: Limits, store: Store, data: st.DataObject
) -> None:
    name, sound = GOOD[kind]
    harmed = bytearray(sound)
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(sound) - 1), st.integers(0, 255)), max_size=9)):
        harmed[at] = value
    cut = data.draw(st.just(len(sound)) | st.integers(1, len(sound)))
    refused: list[Refused] = []
    try:
        take(name, bytes(harmed[:cut]), limits, store)
    except Refused as refusal:
        refused.append(refusal)
    assert [(r.code[:5], r.facts["name"]) for r in refused] in ([], [("file_", name)])


def test_a_full_disk_is_not_the_fault_of_the_file(
    limits: Limits, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shared.cleaning.clean", full)
    with pytest.raises(OSError, match="No space"):
        files.take_in(io.BytesIO(samples.jpeg()), "a.jpg", limits, store)
