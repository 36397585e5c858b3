"""A disk that takes nothing more (R5): the page says so and gives the words back, reads go on, nothing is half there.

A limit on the size of the web process's files stands for the full disk: the same write fails, in the real process.
"""

from __future__ import annotations

import io
import os
import resource
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

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import EnvironBuilder

from shared import schema
from shared.config import ROOT, Settings
from shared.db import db
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.servers import free_port
from tests.faults.test_schema import environment
from tests.support import elsewhere, samples, world

STORY = "窗口的取号机从上周起一直不能用，排了三个上午的队也没有办成，希望尽快修好。"
SQLITE = os.environ.get("HUIYIN_TEST_DATABASE", "sqlite") == "sqlite"
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

    def __init__(self, app: Flask, process: subprocess.Popen[bytes], address: str) -> None:
        self.app, self.process, self.address = app, process, address

    def limit(self, size: int) -> None:
        """From now on no file of the worker may grow beyond."""
        task = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        for pid in map(int, Path(task).read_text().split()):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@contextmanager
def serving(app: Flask) -> Iterator[Web]:
    port = free_port()
    words = f"-b 127.0.0.1:{port} -w 1 -k gthread --threads 2 --no-control-socket --log-level critical"
    command = [sys.executable, "-m", "gunicorn", *words.split(), "wsgi:create_app()"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app)) as process:
        made = Web(app, process, f"http://127.0.0.1:{port}")
        try:
            for _ in range(600):
                try:
                    assert Visitor(made.address).open("/")[0] == 200
                    break
                except (URLError, ConnectionError):
                    time.sleep(0.1)
            yield made
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def web(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("full")
    with elsewhere.installation(settings, folder, env="demo") as app:
        with app.app_context():
            schema.upgrade()
            world.township()
            db.session.remove()
            db.engine.dispose()
        with serving(app) as made:
            yield made


@pytest.fixture(autouse=True)
def room_again(web: Web) -> Iterator[None]:
    yield
    web.limit(UNLIMITED)


def test_a_file_that_finds_no_room_is_refused_and_the_words_come_back(web: Web) -> None:
    visitor, files = Visitor(web.address), {"files": (io.BytesIO(samples.jpeg()), "现场.jpg")}
    visitor.open("/submit/what?how=anonymous")
    web.limit(1)
    status, page = visitor.send("/submit/what?how=anonymous", files, story=STORY, act="upload")
    assert (status, STORY in page) == (503, True)
    assert elsewhere.count(web.app, Attachment) == 0
    folder = web.app.extensions["huiyin"].settings.files_dir
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    web.limit(UNLIMITED)
    files = {"files": (io.BytesIO(samples.jpeg()), "现场.jpg")}
    assert visitor.send("/submit/what?how=anonymous", files, story=STORY, act="upload")[0] == 200
    assert elsewhere.count(web.app, Attachment) == 1


def test_a_database_that_finds_no_room_keeps_nothing_half_and_reads_go_on(web: Web) -> None:
    visitor, before = Visitor(web.address), elsewhere.count(web.app, Case)
    visitor.send("/submit/what?how=anonymous", respondent="财政所", story=STORY)
    if SQLITE:  # PostgreSQL's files are its server's own
        web.limit(1)
        status, page = visitor.send("/submit/check")
        assert (status, "内容没有提交，也没有丢失" in page) == (503, True)
        assert elsewhere.count(web.app, Case) == before
        assert Visitor(web.address).open("/")[0] == 200
        web.limit(UNLIMITED)
    assert visitor.send("/submit/check")[0] == 200
    assert elsewhere.count(web.app, Case) == before + 1
