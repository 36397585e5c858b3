"""Facts about stored files: their names, where they lie, how they go out."""

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import files
from shared.disk_store import DiskStore
from shared.files import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return DiskStore(tmp_path / "files")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("报告.pdf", "报告.pdf"),
        ("投诉", "投诉"),
        ("C:\\Users\\陈某\\桌面\\图 1.png", "图 1.png"),
        ("../../etc/passwd", "passwd"),
        ("照片\u202egnp.exe", "照片gnp.exe"),
        ("a\r\nSet-Cookie: x=1\x00.pdf", "aSet-Cookie_ x=1.pdf"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("长" * 300 + ".docx", "长" * 80 + ".docx"),
        ("2026.03.04 现场情况说明", "2026.03.04 现场情况说明"),
    ],
)
def test_a_name_is_made_safe_to_show(sent: str, shown: str) -> None:
    assert files.shown_name(sent) == shown


@given(st.text(max_size=600))
def test_any_name_is_safe_to_show_and_stays_so(sent: str) -> None:
    name = files.shown_name(sent, ".jpg")
    assert name.endswith(".jpg")
    assert not re.search(r'[\x00-\x1f/\\<>:"|?*\u202a-\u202e\u2066-\u2069]', name)
    assert files.shown_name(name, ".jpg") == name


def test_a_stored_file_lies_under_a_name_that_says_nothing(tmp_path: Path, store: Store) -> None:
    name = store.put(io.BytesIO(b"evidence"))
    (path,) = (path for path in (tmp_path / "files").rglob("*") if path.is_file())
    assert path.relative_to(tmp_path / "files") == Path(name[:2], name[2:4], name)
    assert re.fullmatch("[0-9a-f]{32}", name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_mtime % 86400 == 0


def test_a_stored_file_is_on_the_disk_before_its_name_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("sync"), sync(descriptor))[1])
    monkeypatch.setattr(Path, "rename", lambda path, to: (done.append("rename"), rename(path, to))[1])
    store.put(io.BytesIO(b"evidence"))
    assert done[:3] == ["sync", "rename", "sync"]


def test_a_store_that_breaks_off_leaves_nothing(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        store.put(io.BytesIO(b"evidence"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: Store) -> None:
    name = store.put(io.BytesIO(b"evidence"))
    store.delete(name)
    store.delete(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 31, "0" * 32 + "\n", "A" * 32, "0" * 30 + "/x"])
def test_a_name_that_was_never_given_opens_nothing(store: Store, name: str) -> None:
    for act in (store.open, store.delete):
        with pytest.raises(ValueError, match="no name"):
            act(name)


def test_a_link_put_in_place_of_a_file_is_not_followed(tmp_path: Path, store: Store) -> None:
    name = store.put(io.BytesIO(b"evidence"))
    path = tmp_path / "files" / name[:2] / name[2:4] / name
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic"):
        store.open(name)


def test_a_download_is_saved_and_never_run() -> None:
    headers = files.download_headers('现场"照片\r\n.jpg', "image/jpeg")
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"___.jpg\"; filename*=UTF-8''%E7%8E%B0%E5%9C%BA_%E7%85%A7%E7%89%87.jpg"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@given(st.text(max_size=200))
def test_a_download_header_is_one_plain_line(name: str) -> None:
    assert re.fullmatch(r"[ -~]+", files.download_headers(name, "application/pdf")["Content-Disposition"])
