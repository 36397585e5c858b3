"""S3-compatible storage for the tests: a real server that checks every signature on its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from shared import clock
from shared.s3 import Bucket

KEY_ID, SECRET, REGION, BUCKET = "huiyin-test", "storage/secret+key", "cn-test-1", "files"
PAGE = 3
SKEW = dt.timedelta(minutes=15)


@dataclass
class Storage:
    """What lies in it; `fails` are answers to give instead of the next ones, `bucket` how to reach it."""

    bucket: Bucket
    objects: dict[str, bytes] = field(default_factory=dict)
    fails: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def proof(method: str, target: str, headers: dict[str, str]) -> str:
    """The signature that belongs to a request as it arrived, by the steps of the provider's handbook."""
    given = dict(re.findall(r"(\w+)=([^,]+)", headers["authorization"].partition(" ")[2]))
    parts = urlsplit(target)
    query = sorted((quote(k, "-_.~"), quote(v, "-_.~")) for k, v in parse_qsl(parts.query, keep_blank_values=True))
    lines = [method, quote(unquote(parts.path), "/-_.~"), "&".join(f"{k}={v}" for k, v in query)]
    lines += [f"{name}:{' '.join(headers[name].split())}" for name in given["SignedHeaders"].split(";")]
    lines += ["", given["SignedHeaders"], headers["x-amz-content-sha256"]]
    day, region, service, end = given["Credential"].split("/")[1:]
    key = ("AWS4" + SECRET).encode()
    for word in (day, region, service, end):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    request = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    said = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{day}/{region}/{service}/{end}", request])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    storage: Storage

    def log_message(self, *_words: Any) -> None:
        """Nothing is printed."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.storage.asked.append(f"{self.command} {self.path}")
        if self.storage.fails:
            status = self.storage.fails.pop(0)
            return self._say(status, _fault("SlowDown")) if status else self.connection.close()
        if wrong := self._wrong(body):
            return self._say(403, _fault(wrong))
        key = unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").strip("/")
        return self._say(*self._done(key, body))

    do_GET = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 (the library's names)

    def _wrong(self, body: bytes) -> str:
        headers = {name.lower(): value for name, value in self.headers.items()}
        signed = re.search("SignedHeaders=([^,]+)", headers.get("authorization", ""))
        must = {name for name in headers if name.startswith("x-amz-")} | {"host"}
        if not signed or not must <= set(signed[1].split(";")):
            return "AccessDenied"
        at = dt.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        if abs(at - clock.now()) > SKEW:
            return "RequestTimeTooSkewed"
        if hashlib.sha256(body).hexdigest() != headers["x-amz-content-sha256"]:
            return "XAmzContentSHA256Mismatch"
        good = headers["authorization"].endswith("Signature=" + proof(self.command, self.path, headers))
        return "" if good and f"Credential={KEY_ID}/" in headers["authorization"] else "SignatureDoesNotMatch"

    def _done(self, key: str, body: bytes) -> tuple[int, bytes]:
        held = self.storage.objects
        if self.command == "PUT":
            source = unquote(self.headers.get("x-amz-copy-source", "")).lstrip("/").removeprefix(f"{BUCKET}/")
            if source and source not in held:
                return 404, _fault("NoSuchKey")
            held[key] = held[source] if source else body
            return 200, b"<CopyObjectResult/>" if source else b""
        if self.command == "DELETE":
            held.pop(key, None)
            return 204, b""
        if not key:
            return 200, self._listing()
        return (200, held[key]) if key in held else (404, _fault("NoSuchKey"))

    def _listing(self) -> bytes:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        after = asked.get("continuation-token", "")
        found = sorted(key for key in self.storage.objects if key.startswith(asked["prefix"]) and key > after)
        keys = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in found[:PAGE])
        more = f"<NextContinuationToken>{escape(found[PAGE - 1])}</NextContinuationToken>" if found[PAGE:] else ""
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        return f'<ListBucketResult xmlns="{space}">{more}{keys}</ListBucketResult>'.encode()

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)


def _fault(code: str) -> bytes:
    return f"<Error><Code>{code}</Code></Error>".encode()


@contextmanager
def server() -> Iterator[Storage]:
    """One that listens on a port of its own until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Conversation) as served:
        endpoint = f"http://127.0.0.1:{served.server_address[1]}"
        storage = Storage(Bucket(endpoint, BUCKET, REGION, KEY_ID, SECRET))
        served.RequestHandlerClass = type("Conversation", (_Conversation,), {"storage": storage})
        thread = threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield storage
        served.shutdown()
        thread.join()
