"""The image of docs/deploy/Containerfile fits the product: files, command, port, settings; its files alone can run."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from argparse import Namespace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from gunicorn.config import Config

from shared import run, servers
from shared.cli import COMMANDS
from shared.config import ROOT, Settings
from tests.support.programs import until

FILE = ROOT / "docs" / "deploy" / "Containerfile"
TEXT = FILE.read_text()
STEPS = [
    tuple(line.split(None, 1))
    for line in re.sub(r"\\\n", " ", TEXT).splitlines()
    if line.strip() and not line.startswith("#")
]
PYTHON_OF = {"debian:12-slim": (3, 11), "debian:13-slim": (3, 13)}
MADE_BY_HAND = {"docs/regimes.md", "docs/rights.md", "tests/regimes"}
"""What only somebody who changes the product makes anew."""
UNITS = ROOT / "docs" / "deploy" / "systemd"


def of(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


def copied() -> set[str]:
    return {source for line in of("COPY") for source in line.split()[:-1]}


def options(command: list[str]) -> Namespace:
    """What gunicorn makes of a command's words."""
    return Config().parser().parse_args(command[command.index("gunicorn") + 1 :])


def commands() -> dict[str, list[str]]:
    """Every way in which the web server is started outside of `./huiyin up`."""
    web = (UNITS / "huiyin-web.service").read_text()
    found = {"image": json.loads(of("CMD")[0])}
    found["unit"] = shlex.split(next(line for line in web.splitlines() if line.startswith("ExecStart="))[10:])
    told = [line for line in (ROOT / "docs/operations.md").read_text().splitlines() if " -m gunicorn " in line]
    return found | {f"operations {n}": shlex.split(line) for n, line in enumerate(told, 1)}


def test_every_file_that_is_copied_exists_and_lands_where_it_was() -> None:
    assert all((ROOT / name).exists() for name in copied())
    for line in of("COPY"):
        *sources, target = line.split()
        assert target == "./" or sources == [target], line


def test_all_that_the_program_reads_is_copied() -> None:
    """`cli backup` reads its version from pyproject.toml, rights their table: a file that is missing is a crash."""
    programs = [p for place in ("shared", "portal", "backoffice") for p in (ROOT / place).rglob("*.py")]
    read = {
        "/".join(re.findall(r'"([^"]+)"', words))
        for program in [*programs, ROOT / "wsgi.py"]
        for words in re.findall(r'ROOT((?: / "[^"]+")+)', program.read_text(encoding="utf-8"))
    }
    assert {"pyproject.toml", "migrations"} <= read
    apart = {name for name in read - MADE_BY_HAND - {"var"} if not any(Path(name).is_relative_to(c) for c in copied())}
    assert apart == set()
    assert {"templates", "static", "translations", "babel.cfg"} <= copied()  # found by Flask, Babel and the set-up


def test_its_python_is_new_enough_and_it_is_set_up_as_everywhere() -> None:
    script = runpy.run_path(str(ROOT / "huiyin"))
    assert PYTHON_OF[of("FROM")[0].rpartition("/")[2]] >= script["OLDEST_PYTHON"]
    [lock] = {name for line in of("RUN") for name in re.findall(r"\['set_up'\]\('([^']+)'\)", line)}
    assert lock == script["LOCKS"]["up"]
    assert {lock, "huiyin"} <= copied()
    assert of("ENTRYPOINT") == [json.dumps([f"{of('WORKDIR')[0]}/.venv/bin/python"])]


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_web_server_runs_as_the_one_that_is_tested(settings: Settings, name: str) -> None:
    own = next(child.command for child in run._programs(settings, 8000) if "gunicorn" in child.command)
    found, wanted = options(commands()[name]), options(own)
    assert (found.config, found.args) == (wanted.config, wanted.args)
    said = {key for key, value in vars(found).items() if value} - {"config", "args", "bind", "worker_tmp_dir"}
    assert said == set()  # whatever else is said beside it rots unseen


def test_port_settings_and_other_processes_are_those_of_the_product() -> None:
    port = options(commands()["image"]).bind[0].rpartition(":")[2]
    assert of("EXPOSE") == [port]
    assert f"{port}:{port} huiyin" in TEXT
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = {word.partition("=")[0] for line in of("ENV") for word in line.split()} - {"PYTHONUNBUFFERED"}
    named |= set(re.findall(r"-e ([A-Z_]+)=", TEXT))
    assert [name for name in sorted(named) if f"`{name}`" not in told] == []
    others = re.findall(r"huiyin -m shared\.cli (\w+)", TEXT)
    assert set(others) == {"worker", "scheduler"}
    assert set(others) <= set(COMMANDS)


def test_nobody_in_it_is_root_and_nothing_but_one_folder_can_be_written() -> None:
    [user], names = of("USER"), [step for step, _rest in STEPS]
    assert any(f"useradd --system --home-dir {of('WORKDIR')[0]}" in line and user in line for line in of("RUN"))
    assert any(line.endswith(f"mkdir var && chown {user} var") for line in of("RUN"))
    assert names.index("USER") > max(n for n, step in enumerate(names) if step == "RUN")


def test_the_copied_files_alone_serve_pages(tmp_path: Path, redis_server: str) -> None:
    place, port = tmp_path / "huiyin", servers.free_port()
    for name in copied():
        source, target = ROOT / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    env = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "HOME"}}
    env |= {"HUIYIN_ENV": "test", "REDIS_URL": redis_server, "SECRET_KEY": "test" * 10}
    subprocess.run([sys.executable, "-m", "shared.cli", "upgrade"], cwd=place, env=env, check=True, capture_output=True)
    words = [sys.executable, *commands()["image"], "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen(words, cwd=place, env=env) as web:
        try:
            until(lambda: status(port, "/healthz") == 200)
            assert status(port, "/readyz") == 200
            assert status(port, "/office/sign-in") in {200, 303, 404}  # no institution yet
        finally:
            web.terminate()


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
