"""S3-compatible storage: signed as the provider's handbook says, whole or not at all, patient for a moment."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared import s3
from shared.s3 import EMPTY, Bucket, StoreAway
from shared.s3_store import S3Store
from tests.support import s3 as storage_server
from tests.support.s3 import Storage

# The worked examples of "Signature Calculations for the Authorization Header" in Amazon's S3 API reference.
EXAMPLE = Bucket(
    "https://s3.amazonaws.com",
    "examplebucket",
    "us-east-1",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    path_style=False,
)
THEN = dt.datetime(2013, 5, 24, tzinfo=dt.UTC)
WELCOME = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"


@pytest.fixture
def storage() -> Iterator[Storage]:
    with storage_server.server() as served:
        yield served


@pytest.fixture
def store(storage: Storage, tmp_path: Path) -> S3Store:
    return S3Store(storage.bucket, tmp_path)


@pytest.mark.parametrize(
    ("method", "key", "query", "headers", "signature"),
    [
        (
            "GET",
            "test.txt",
            {},
            {"range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        ("GET", "", {"lifecycle": ""}, {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (
            "GET",
            "",
            {"max-keys": "2", "prefix": "J"},
            {},
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        (
            "PUT",
            "test$file.text",
            {},
            {
                "date": "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-storage-class": "REDUCED_REDUNDANCY",
                "x-amz-content-sha256": WELCOME,
            },
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ],
)
def test_requests_are_signed_as_in_the_handbook(
    method: str, key: str, query: dict[str, str], headers: dict[str, str], signature: str
) -> None:
    given = {"x-amz-content-sha256": EMPTY, **headers}
    sent = s3.signed(EXAMPLE, method, EXAMPLE.path(key), query, given, THEN)
    assert sent["authorization"].endswith(f"Signature={signature}")


def test_a_wrong_secret_is_refused_and_nothing_is_kept(storage: Storage, tmp_path: Path) -> None:
    wrong = S3Store(replace(storage.bucket, secret="another"), tmp_path)
    with pytest.raises(StoreAway, match="403 SignatureDoesNotMatch"):
        wrong.put(io.BytesIO(b"words"))
    assert storage.objects == {}
    assert len(storage.asked) == 1  # a refusal is not asked again


@pytest.mark.parametrize("fails", [[503], [0], [500, 0]])
def test_a_storage_that_is_away_for_a_moment_is_asked_again(storage: Storage, store: S3Store, fails: list[int]) -> None:
    storage.fails = fails
    name = store.put(io.BytesIO(b"words" * 300_000))
    with store.open(name) as copy:
        assert copy.read() == b"words" * 300_000


def test_a_storage_that_stays_away_is_an_error_and_not_an_empty_file(storage: Storage, store: S3Store) -> None:
    name = store.put(io.BytesIO(b"words"))
    storage.fails = [503] * 3
    with pytest.raises(StoreAway, match="503 SlowDown"):
        store.open(name)


def test_more_files_than_one_page_are_all_listed(store: S3Store) -> None:
    names = {store.put(io.BytesIO(b"x")) for _ in range(8)}
    locked = min(names)
    store.lock_away(locked)
    assert sorted(store.names()) == sorted((name, name == locked) for name in names)


def test_a_host_named_after_the_bucket_is_asked_for_by_that_name() -> None:
    assert EXAMPLE.host == "examplebucket.s3.amazonaws.com"
    assert EXAMPLE.path("files/a b") == "/files/a%20b"
    assert replace(EXAMPLE, path_style=True).path("") == "/examplebucket"
