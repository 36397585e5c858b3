"""S3-compatible storage: five requests over HTTP, each signed with AWS's Signature Version 4.

A client of the standard library: the official ones bring a hundred times as much code for the same five requests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import BinaryIO
from urllib.parse import quote, urlencode, urlsplit

from shared import clock

EMPTY = hashlib.sha256(b"").hexdigest()
CHUNK = 1024 * 1024
TIMEOUT = 10
TRIES = 3
_KEY, _MORE = re.compile("<Key>([^<]*)</Key>"), re.compile("<NextContinuationToken>([^<]*)<")


class StoreAway(OSError):
    """The storage didn't answer or refused; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the storage is and who asks."""

    endpoint: str
    name: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    path_style: bool = True

    @property
    def host(self) -> str:
        """Host and port as the header names them."""
        place = urlsplit(self.endpoint).netloc
        return place if self.path_style else f"{self.name}.{place}"

    def path(self, key: str) -> str:
        """The path of an object, or of the bucket for ''."""
        start = f"/{self.name}" if self.path_style else ""
        return quote(f"{start}/{key}" if key else start or "/", safe="/-_.~")


def signed(
    bucket: Bucket, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], at: dt.datetime
) -> dict[str, str]:
    """The headers with those that prove who asks; `headers` hold x-amz-content-sha256 already."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    all_ = {**headers, "host": bucket.host, "x-amz-date": stamp}
    listed = sorted((name.lower(), " ".join(value.split())) for name, value in all_.items())
    names = ";".join(name for name, _ in listed)
    asked = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))
    lines = [method, path, asked, *(f"{name}:{value}" for name, value in listed), "", names]
    request = "\n".join([*lines, all_["x-amz-content-sha256"]])
    scope = f"{stamp[:8]}/{bucket.region}/s3/aws4_request"
    said = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{bucket.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    proof = hmac.digest(key, said.encode(), "sha256").hex()
    credential = f"Credential={bucket.key_id}/{scope}, SignedHeaders={names}, Signature={proof}"
    return {**all_, "authorization": f"AWS4-HMAC-SHA256 {credential}"}


def put(bucket: Bucket, key: str, data: BinaryIO) -> None:
    """Keeps an object whole; raises StoreAway."""
    data.seek(0)
    digest = hashlib.sha256()
    while piece := data.read(CHUNK):
        digest.update(piece)
    size = data.tell()
    more = {"content-length": str(size), "content-type": "application/octet-stream"}
    with _asked(bucket, "PUT", key, headers=more, body=data, digest=digest.hexdigest()):
        pass


def get(bucket: Bucket, key: str, sink: BinaryIO) -> None:
    """Writes an object into `sink`; raises FileNotFoundError, StoreAway."""
    with _asked(bucket, "GET", key) as answer:
        wanted, found = answer.length, 0
        try:
            while piece := answer.read(CHUNK):
                found += len(piece)
                sink.write(piece)
        except HTTPException as fault:
            raise StoreAway(f"cut off after {found} bytes") from fault
        if wanted is not None and found != wanted:
            raise StoreAway(f"cut off after {found} bytes")


def there(bucket: Bucket, key: str) -> bool:
    """Whether there is such an object; raises StoreAway."""
    try:
        with _asked(bucket, "HEAD", key):
            return True
    except FileNotFoundError:
        return False


def copy(bucket: Bucket, key: str, to: str) -> None:
    """Copies an object inside the storage; raises FileNotFoundError, StoreAway."""
    with _asked(bucket, "PUT", to, headers={"x-amz-copy-source": f"/{bucket.name}/{key}"}) as answer:
        if b"<Error>" in answer.read():  # a copy may fail after the storage has said 200
            raise StoreAway("the copy failed")


def delete(bucket: Bucket, key: str) -> None:
    """Removes an object, without complaint if there is none; raises StoreAway."""
    try:
        with _asked(bucket, "DELETE", key):
            pass
    except FileNotFoundError:
        return


def keys(bucket: Bucket, prefix: str) -> Iterator[str]:
    """The names of all objects that begin so; raises StoreAway."""
    query = {"list-type": "2", "prefix": prefix}
    while True:
        with _asked(bucket, "GET", "", query=query) as answer:
            page = answer.read().decode()
        yield from map(unescape, _KEY.findall(page))
        more = _MORE.search(page)
        if not more:
            return
        query["continuation-token"] = unescape(more[1])


@contextmanager
def _asked(
    bucket: Bucket,
    method: str,
    key: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: BinaryIO | None = None,
    digest: str = EMPTY,
) -> Iterator[HTTPResponse]:
    """The answer to one request, asked again where the storage is away for a moment."""
    path, asked, reason = bucket.path(key), dict(query or {}), ""
    address = f"{path}?{urlencode(asked, quote_via=quote)}" if asked else path
    for _ in range(TRIES):
        sent = signed(bucket, method, path, asked, {**(headers or {}), "x-amz-content-sha256": digest}, clock.now())
        with closing(_connection(bucket)) as connection:
            answer, reason = _answer(connection, method, address, body, sent)
            if answer is not None and answer.status < 300:
                yield answer
                return
        if answer is not None and answer.status == 404 and "NoSuchBucket" not in reason:
            raise FileNotFoundError(key)
        if answer is not None and answer.status < 500:
            break
    raise StoreAway(f"{method}: {reason}")


def _answer(
    connection: HTTPConnection, method: str, address: str, body: BinaryIO | None, headers: Mapping[str, str]
) -> tuple[HTTPResponse | None, str]:
    """The answer, or why there is none or not the one wanted."""
    try:
        if body is not None:
            body.seek(0)
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        return answer, "" if answer.status < 300 else f"{answer.status} {_code(answer)}"
    except (OSError, HTTPException) as fault:
        return None, type(fault).__name__


def _connection(bucket: Bucket) -> HTTPConnection:
    if urlsplit(bucket.endpoint).scheme == "https":
        return HTTPSConnection(bucket.host, timeout=TIMEOUT, context=ssl.create_default_context())
    return HTTPConnection(bucket.host, timeout=TIMEOUT)


def _code(answer: HTTPResponse) -> str:
    """The storage's own word for what is wrong, as SignatureDoesNotMatch."""
    text = answer.read(4096).decode("utf-8", "replace")
    return text.partition("<Code>")[2].partition("</Code>")[0]
