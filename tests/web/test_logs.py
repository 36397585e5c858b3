"""Real logs of a served run hold no address, no browser, no hour and nothing that was sent."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from shared.config import ROOT, load
from shared.run import _programs

CANARY = "Kanarienvogel"
HOUR = re.compile(r"\d{1,2}:\d{2}")
ADDRESS = re.compile(r"127\.0\.0\.1|203\.0\.113\.7|::1\b|localhost:\d")


def serve(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """The web server with the very command of `./huiyin up`, on a database without tables: every page fails."""
    settings = load({"HUIYIN_ENV": "test", "PORT": str(port), "SECRET_KEY": "test" * 10}, data_dir=folder)
    command = _programs(settings, port)[0].command
    env = {**os.environ, "HUIYIN_ENV": "demo", "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite"}
    env |= {"KEY_DIR": str(folder / "keys"), "FILES_DIR": str(folder / "files"), "SECRET_KEY": "test" * 10}
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)


def ask(port: int, path: str, body: str | None = None) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {"User-Agent": CANARY, "X-Forwarded-For": "203.0.113.7", "Accept-Language": CANARY, "Host": "localhost"}
    sent |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    with closing(connection):
        connection.request("POST" if body else "GET", path, body, sent)
        return connection.getresponse().status


@pytest.fixture
def log(tmp_path: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path / "log"
    process = serve(tmp_path, port, path)
    try:
        for _ in range(300):
            try:
                assert ask(port, "/static/css/base.css")
                break
            except OSError:
                time.sleep(0.1)
        yield port, path
    finally:
        process.terminate()
        process.wait(20)


def test_log_of_the_web_server_tells_nothing_of_anybody(log: tuple[int, Path]) -> None:
    port, path = log
    assert ask(port, f"/track?{CANARY}") >= 500
    assert ask(port, "/track", f"receipt_no={CANARY}&code={CANARY}") >= 400
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(f"GET /{CANARY} NONSENSE\r\n\r\n".encode())
        raw.recv(1000)
    time.sleep(0.5)
    said = path.read_text(encoding="utf-8")
    assert "invalid_request" in said
    assert CANARY not in said
    assert not ADDRESS.search(said), said
    assert not HOUR.search(said), said


@pytest.mark.parametrize("line", ["started", "bad"])
def test_log_of_the_application_names_the_day_only(line: str) -> None:
    code = f"import logging; from shared import logs; logs.begin('INFO'); logging.getLogger('x').warning('{line}')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.match(rf"\d{{4}}-\d{{2}}-\d{{2}} WARNING x {line}$", done.stderr)
