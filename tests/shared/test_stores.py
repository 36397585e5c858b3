"""What both stores of files promise: the same words in, the same answers out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import s3 as shared_s3
from shared.disk_store import DiskStore
from shared.files import Store
from shared.s3_store import S3Store
from tests.support import s3


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "disk":
        yield DiskStore(tmp_path)
        return
    with s3.server() as storage:
        yield S3Store(storage.bucket, tmp_path)


def test_a_file_comes_back_and_can_be_moved_about_in(store: Store) -> None:
    name = store.put(io.BytesIO(b"one two three"))
    with store.open(name) as copy:
        assert copy.read(3) == b"one"
        assert copy.seek(-5, io.SEEK_END) == 8
        assert copy.read() == b"three"
    assert store.has(name)


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: Store) -> None:
    name = store.put(io.BytesIO(b"x"))
    for _ in range(2):
        store.delete(name)
    assert not store.has(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_a_file_in_quarantine_is_served_to_nobody_and_may_be_locked_away_again(store: Store) -> None:
    name = store.put(io.BytesIO(b"virus"))
    for _ in range(2):
        store.lock_away(name)
    assert store.locked_away(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)
    with store.open_locked(name) as copy:
        assert copy.read() == b"virus"
    store.delete(name)
    assert not store.locked_away(name)


def test_a_restored_file_keeps_its_name_and_its_cell(store: Store) -> None:
    store.put_as("a" * 32, io.BytesIO(b"x"))
    store.put_as("b" * 32, io.BytesIO(b"y"), locked=True)
    assert sorted(store.names()) == [("a" * 32, False), ("b" * 32, True)]


def test_what_somebody_else_has_put_there_is_no_file_of_ours(store: Store, tmp_path: Path) -> None:
    if isinstance(store, S3Store):
        shared_s3.put(store._bucket, "files/readme.txt", io.BytesIO(b"x"))
    else:
        (tmp_path / "ab" / "cd").mkdir(parents=True)
        (tmp_path / "ab" / "cd" / "Thumbs.db").touch()
    assert list(store.names()) == []


@pytest.mark.parametrize("name", ["", "../x", "A" * 32, "a" * 31, "quarantine/" + "a" * 32])
def test_a_name_that_was_never_given_opens_nothing(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        store.open(name)
    with pytest.raises(FileNotFoundError):
        store.open("0" * 32)
