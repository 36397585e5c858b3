"""Ten thousand people who look up their complaint at the same moment (R15): `python -m bench.crowd`; see README.md."""

from __future__ import annotations

import argparse
import dataclasses
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench import machine, servers
from bench.machine import say
from bench.notices import application
from shared.config import ROOT
from shared.db import db
from shared.services import sweeps
from tests.support import postgres, redis
from tests.support import world as worlds
from tests.support.crowd import Told, crowd, served

GOAL_SECONDS, MEGABYTES = 2.0, 900
RECEIPTS = 200


def main(arguments: list[str]) -> int:
    """Lets the crowd come once on each engine; 1 where somebody got no answer, or not one of the two honest ones."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--people", type=int, default=10_000)
    given, wrong = parser.parse_args(arguments), 0
    _open_files(given.people + 1000)
    for engine in given.engine:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
            database = f"sqlite:///{folder / 'bench.sqlite'}"
            if engine == "postgresql":
                database = postgres.new_database(stack.enter_context(servers.postgresql())[0], "huiyin_bench")
            env = servers.settings_of(folder / "place", database, stack.enter_context(redis.server()))
            wrong += _measure(application(env), folder, engine, given.people)
    return int(wrong > 0)


def _open_files(n: int) -> None:
    """Every visitor is a connection at both ends."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = n if hard == resource.RLIM_INFINITY else min(n, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < n:
        say(f"this machine lets a process open {wanted} files: fewer than {n} people can come at once")


def _measure(app: Flask, folder: Path, engine: str, people: int) -> bool:
    settings = dataclasses.replace(app.extensions["huiyin"].settings, env="test")
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        town = worlds.township()
        made = [town.file_case(app) for _ in range(RECEIPTS)]
        sweeps.harden_codes()
        db.session.remove()
        db.engine.dispose()
    typed = [{"receipt_no": one.receipt_no, "code": one.code} for one in made]
    with served(settings, folder / "log") as (port, pid):
        used, began = machine.cpu_seconds([pid]), time.monotonic()
        told, most = crowd(port, typed, people, pid)
        seconds, used = time.monotonic() - began, machine.cpu_seconds([pid]) - used
    say(_said(engine, people, told, most) + f"; in all {seconds:.1f} s, {used:.1f} s of the web's processor time")
    return bool(told.lost or set(told.seconds) - {303, 503})


def _said(engine: str, people: int, told: Told, most: int) -> str:
    let_in, asked_to_wait = len(told.seconds.get(303, [])), len(told.seconds.get(503, []))
    others = {status: len(took) for status, took in told.seconds.items() if status not in {303, 503}}
    return (
        f"{engine}: of {people} at once {let_in} came in, "
        f"95 of 100 within {told.p95(303):.2f} s (goal {GOAL_SECONDS}); "
        f"{asked_to_wait} were told to wait {min(told.waits, default=0)} to {max(told.waits, default=0)} s, "
        f"95 of 100 within {told.p95(503):.2f} s; lost {told.lost}, other answers {others}; "
        f"most memory {most} MB (bound {MEGABYTES})"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
