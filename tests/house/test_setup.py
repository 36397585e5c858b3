"""Set-up: one script on a bare machine, locked packages, servers that start and stay up."""

import ast
import os
import re
import runpy
import smtplib
import socket
import subprocess
import sys
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from shared import cli_backup, servers
from shared.config import ROOT
from shared.processes import CannotRun, Child, end

PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "huiyin").read_text())
    froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in froms | plain} <= set(sys.stdlib_module_names)


def test_the_checks_on_a_server_are_the_checks_of_the_readme() -> None:
    run = (ROOT / ".ci/run").read_text().split("\n")
    assert run == ["#!/usr/bin/env bash", "exec ./huiyin test", ""]
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert os.access(ROOT / "huiyin", os.X_OK)


@pytest.mark.parametrize(("asked", "lock"), [("prod.in", "prod.lock"), ("requirements.in", "requirements.lock")])
def test_every_package_asked_for_is_locked_at_that_version_by_hash(asked: str, lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert pins(asked).items() <= pins(lock).items()
    assert len(re.findall(r"^    --hash=sha256:", text, re.MULTILINE)) >= len(pins(lock))
    assert "://" not in text  # packages come from wherever the machine is told to get them


def test_what_is_tested_is_what_runs() -> None:
    assert pins("prod.lock").items() <= pins("requirements.lock").items()


@pytest.mark.parametrize(("words", "code"), [([], 0), (["help"], 0), (["upp"], 2)])
def test_the_script_says_what_it_can_do(words: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, ROOT / "huiyin", *words], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == code
    assert "./huiyin up" in done.stdout


def test_the_script_takes_every_command_about_backups_to_where_it_is_done(tmp_path: Path) -> None:
    assert set(runpy.run_path(str(ROOT / "huiyin"))["BACKUPS"]) == set(cli_backup.COMMANDS)
    (tmp_path / "media").mkdir()
    done = by_script(tmp_path, "backup-key", "media/private")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "media" / "private").is_file()
    done = by_script(tmp_path, "verify-backup", "nowhere")
    assert (done.returncode, "no complete backup" in done.stdout) == (1, True), done.stdout + done.stderr


def by_script(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as the script runs it once all is installed."""
    code = f"import runpy, pathlib; runpy.run_path({str(ROOT / 'huiyin')!r})['command']({[*words]!r}, pathlib.Path())"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, env=demo_of(folder))


def demo_of(folder: Path) -> dict[str, str]:
    places = {"DATABASE_URL": f"sqlite:///{folder}/x.sqlite", "KEY_DIR": f"{folder}/keys", "FILES_DIR": f"{folder}/f"}
    return {**os.environ, **places, "HUIYIN_ENV": "demo", "REDIS_URL": "redis://127.0.0.1:1/0"}


def test_the_embedded_redis_runs_in_a_folder_with_spaces_and_chinese_characters(tmp_path: Path) -> None:
    folder = servers.private_folder(tmp_path / "数据 夹")
    url = f"unix://{tmp_path}/s?db=0"
    binary = servers.redis_binary()
    assert binary
    child = Child("Redis", servers.redis_command(binary, servers.socket_path(url), folder))
    child.start({})
    try:
        assert servers.redis_answers(url)
        assert (folder / "appendonlydir").is_dir()
    finally:
        end([child])


def test_a_redis_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    assert not servers.redis_answers(f"unix://{tmp_path}/nobody?db=0", seconds=0)


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not servers.port_is_free("127.0.0.1", port)
    assert servers.port_is_free("127.0.0.1", port)


def test_a_letter_to_the_catcher_becomes_a_file_a_person_can_open(tmp_path: Path) -> None:
    port = servers.free_port()
    catcher = Child("mail", [sys.executable, "-m", "shared.servers", str(port), str(tmp_path)])
    catcher.start(dict(os.environ))
    try:
        letter = "Subject: 您的事项有新进展\r\n\r\n已受理。".encode()
        with connect(port) as catching:
            catching.sendmail("office@example.org", ["li@example.org"], letter, mail_options=["SMTPUTF8"])
    finally:
        end([catcher])
    [file] = tmp_path.glob("*.eml")
    found = message_from_bytes(file.read_bytes(), policy=default)
    assert found["X-Envelope-To"] == "li@example.org"


def connect(port: int) -> smtplib.SMTP:
    for _ in range(100):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the catcher did not start")


def test_a_process_that_stops_is_started_again() -> None:
    child = Child("sleeper", SLEEP)
    child.start({})
    first = child.process
    assert first
    first.kill()
    first.wait()
    child.restart({})
    try:
        assert child.process
        assert child.process.poll() is None
    finally:
        end([child])
    assert child.process.poll() is not None


def test_a_process_that_will_not_stay_up_ends_the_run_with_its_name() -> None:
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    for start in (child.start, child.restart, child.restart):
        start({})
        assert child.process
        child.process.wait()
    with pytest.raises(CannotRun, match="broken"):
        child.restart({})
