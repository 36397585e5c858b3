"""A real web server over a test's database, and somebody who fills in its forms."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from flask import Flask
from lxml import html
from werkzeug.test import EnvironBuilder

from shared.config import ROOT
from shared.servers import free_port
from tests.support.elsewhere import environment

UNLIMITED = resource.RLIM_INFINITY


class Visitor:
    """A person at the web server: keeps the cookie, sends forms as they are on the page."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, data: bytes | None = None, kind: str = "") -> tuple[int, str]:
        headers = {"Content-Type": kind} if kind else {}
        try:
            with self._opener.open(urllib.request.Request(self.address + path, data, headers), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def send(self, path: str, files: dict[str, tuple[io.BytesIO, str]] | None = None, **fields: Any) -> tuple[int, str]:
        page = html.fromstring(self.open(path)[1])
        [form] = [f for f in page.xpath("//main//form[@method='post']") if fields.keys() <= {*f.fields, "act"}][:1]
        given = {**dict(form.form_values()), **fields}
        if files is None:
            return self.open(form.get("action") or path, urlencode(given).encode(), "application/x-www-form-urlencoded")
        sent = EnvironBuilder(method="POST", data={**given, **files}).get_request()
        return self.open(form.get("action") or path, sent.get_data(), sent.headers["Content-Type"])


class Web:
    """A real web server and its one worker."""

    def __init__(self, app: Flask, process: subprocess.Popen[bytes], address: str, *, below: bool) -> None:
        self.app, self.process, self.address, self._below = app, process, address, below

    def masters(self) -> list[int]:
        """The server's own process, which may stand under the one that was started."""
        return children(self.process.pid) if self._below else [self.process.pid]

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [pid for master in self.masters() for pid in children(master)]

    def limit(self, size: int) -> None:
        """From now on no file of the worker may grow beyond."""
        for pid in self.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


def children(pid: int) -> list[int]:
    """What a process has forked and still has."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def serving(app: Flask, *before: str) -> Iterator[Web]:
    """The web server over an application's database, started with these words before its command."""
    port = free_port()
    words = f"-b 127.0.0.1:{port} -w 1 -k gthread --threads 2 --no-control-socket --log-level critical"
    command = [*before, sys.executable, "-m", "gunicorn", *words.split(), "wsgi:create_app()"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app)) as process:
        made = Web(app, process, f"http://127.0.0.1:{port}", below=bool(before))
        try:
            for _ in range(600):
                try:
                    assert Visitor(made.address).open("/")[0] == 200
                    break
                except (URLError, ConnectionError):
                    time.sleep(0.1)
            yield made
        finally:
            for pid in made.masters():
                os.kill(pid, signal.SIGTERM)
