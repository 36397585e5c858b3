"""A provider of text messages on this machine: it answers as told and keeps what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace


class Provider(ThreadingHTTPServer):
    """`answers` are (status, body), the last one for good; `hangs` answers nothing, `drips` a byte at a time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.asked: list[SimpleNamespace] = []
        self.answers: list[tuple[int, str]] = [(200, "{}")]
        self.hangs = self.drips = False
        self.released = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that gave up is no news."""


class _Counter(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(SimpleNamespace(path=self.path, headers=headers, body=body))
        if self.server.hangs:
            self.server.released.wait(5)
            return
        answers = self.server.answers
        status, text = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        for byte in text.encode() if self.server.drips else ():
            self.wfile.write(bytes([byte]))
            if self.server.released.wait(0.05):
                return
        self.wfile.write(b"" if self.server.drips else text.encode())

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


@contextmanager
def provider(
    *answers: tuple[int, str], hangs: bool = False, drips: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[Provider]:
    """One that listens on a port of its own until the block ends."""
    with Provider() as server:
        if tls is not None:
            server.scheme, server.socket = "https", tls.wrap_socket(server.socket, server_side=True)
        server.answers, server.hangs, server.drips = list(answers) or server.answers, hangs, drips
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
