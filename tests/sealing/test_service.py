"""The key service on another machine: a real server holds the root key, the files hold nothing that opens."""

from __future__ import annotations

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from shared import crypto
from shared.sealing import envelope
from shared.sealing.service import FileKeys, HttpKeys, KeyServiceAway
from shared.sealing.wraps import unb64

ROOT = b"r" * 32
TOKEN = "a token for tests"


class Machine(BaseHTTPRequestHandler):
    """A key service as a gateway before an HSM would be."""

    asked: list[str] = []

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(self.path)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.send_error(401)
        answers = {"/wrap": self.wrap, "/unwrap": self.unwrap, "/sign": self.sign}
        try:
            body = json.dumps(answers[self.path](told)).encode()
        except envelope.Unreadable:
            return self.send_error(422)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)
        return None

    def wrap(self, told: dict[str, str]) -> dict[str, str]:
        return {"wrapped": envelope.close(ROOT, told["where"], unb64(told["key"])).hex()}

    def unwrap(self, told: dict[str, str]) -> dict[str, str]:
        return {"key": b64encode(envelope.open_(ROOT, told["where"], bytes.fromhex(told["wrapped"]))).decode()}

    def sign(self, told: dict[str, str]) -> dict[str, str]:
        return {"mark": hmac.new(ROOT, told["text"].encode(), "sha256").hexdigest()}

    def log_message(self, *_parts: object) -> None:
        """Silent."""


@pytest.fixture
def machine() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Machine)
    Machine.asked.clear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_content_key_lies_wrapped_and_opens_at_the_start(machine: str, tmp_path: Path) -> None:
    service = HttpKeys(machine, TOKEN)
    keys = crypto.load_keys(tmp_path / "keys", create=True, service=service)
    key = keys.current("content")[1]
    assert key.hex() not in (tmp_path / "keys" / "content").read_text()
    assert crypto.load_keys(tmp_path / "keys", create=False, service=service) == keys
    with pytest.raises(crypto.KeysUnusable, match="content"):
        crypto.load_keys(tmp_path / "keys", create=False)


def test_a_mark_is_asked_for_once(machine: str) -> None:
    service = HttpKeys(machine, TOKEN)
    assert service.sign("group|1") == service.sign("group|1") != service.sign("group|2")
    assert Machine.asked == ["/sign", "/sign"]


def test_without_the_token_or_the_machine_nothing_starts(machine: str, tmp_path: Path) -> None:
    for service in (HttpKeys(machine, "wrong"), HttpKeys("http://127.0.0.1:9", TOKEN)):
        with pytest.raises(KeyServiceAway, match="密钥服务没有应答"):
            crypto.load_keys(tmp_path / "keys", create=True, service=service)
    assert not (tmp_path / "keys" / "content").exists()


def test_files_need_no_service_and_keep_their_format() -> None:
    files = FileKeys(ROOT)
    assert files.unwrap("content", files.wrap("content", b"k" * 32)) == b"k" * 32
    assert files.sign("group|1") != FileKeys(b"s" * 32).sign("group|1")
