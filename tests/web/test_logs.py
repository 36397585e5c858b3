"""Real logs of a served run hold no address, no browser, no hour and nothing that was sent."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from shared.config import ROOT, load
from shared.logs import FIELDS
from shared.run import _programs

CANARY = "Kanarienvogel"
SOURCES = [path for part in ("shared", "portal", "backoffice") for path in (ROOT / part).rglob("*.py")]
HOUR = re.compile(r"\d{1,2}:\d{2}")
ADDRESS = re.compile(r"127\.0\.0\.1|203\.0\.113\.7|::1\b|localhost:\d")


def serve(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """The web server with the very command of `./huiyin up`, on a database that lost a table: every page fails."""
    settings = load({"HUIYIN_ENV": "test", "PORT": str(port), "SECRET_KEY": "test" * 10}, data_dir=folder)
    command = _programs(settings, port)[0].command
    env = {**os.environ, "HUIYIN_ENV": "demo", "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite"}
    env |= {"KEY_DIR": str(folder / "keys"), "FILES_DIR": str(folder / "files"), "SECRET_KEY": "test" * 10}
    subprocess.run([sys.executable, "-m", "shared.cli", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True)
    with closing(sqlite3.connect(folder / "empty.sqlite", isolation_level=None)) as database:
        database.execute("drop table institution")
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


def told(code: str) -> dict[str, object]:
    """The one line that a program writes."""
    begun = "import logging; from shared import logs; logs.begin('INFO')"
    done = subprocess.run([sys.executable, "-c", f"{begun}\n{code}"], cwd=ROOT, capture_output=True, text=True)
    return json.loads(done.stderr)


def test_a_line_tells_the_day_a_code_and_listed_facts_alone() -> None:
    line = told("logging.getLogger('huiyin').warning('sent id=%s name=%s', 7, '王小明')")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(line.pop("day")))
    assert line == {"level": "WARNING", "from": "huiyin", "event": "sent", "id": 7}


def test_of_a_fault_the_kind_and_the_place_are_told_never_the_driver_s_message() -> None:
    line = told(f"""
try: raise ValueError('{CANARY}')
except ValueError: logging.getLogger('huiyin').exception('failed')""")
    assert (line["fault"], line["at"]) == ("ValueError", ["<string>#3 <module>"])
    assert CANARY not in str(line)


@pytest.mark.parametrize("call", [f"'{CANARY}'", f"'got %s', '{CANARY}'"])
def test_other_programs_tell_their_own_words_and_not_what_was_filled_in(call: str) -> None:
    assert CANARY not in str(told(f"logging.getLogger('driver').warning({call})"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_line_of_ours_is_a_code_with_listed_facts(path: Path) -> None:
    for said in re.findall(r"""logger\.\w+\(f?["']([^"']*)["']""", path.read_text(encoding="utf-8")):
        code, *facts = said.split()
        assert re.fullmatch(r"[a-z0-9_]+|\{code\}", code), said
        assert {fact.partition("=")[0] for fact in facts} <= FIELDS, said
