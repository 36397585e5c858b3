"""A backlog drained by real workers into a counting mail server: `python -m bench.notices`; see README.md."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select, update

from bench import machine, servers
from bench.machine import say
from shared import clock, signing
from shared.config import ROOT, load
from shared.db import db, work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import Email
from shared.senders import email as mail
from shared.servers import free_port
from shared.web import state
from tests.support import postgres, redis
from tests.support import world as worlds

CASES = 400
NAMES = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234", "email": "shimin@example.cn"}}
KINDS = (
    ("accepted", "citizen"),
    ("case_received", "office_intake"),
    ("answered", "citizen"),
    ("to_sign", "unit_signers"),
)
"""Half to citizens, whose contact has to be opened, half to staff."""
WORKERS = 2


@dataclass
class Place:
    """An installation with a backlog."""

    app: Flask
    env: dict[str, str]
    log: Path
    institution_id: int
    cases: list[tuple[int, int]]
    db_pids: list[int] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Measures each engine; 1 where a notice was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.notices", description=__doc__)
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--recovery", action="store_true", help="kill a worker in the middle of a batch instead")
    given = parser.parse_args(arguments)
    lost = 0
    for engine in given.engine:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
            place, port, report = _started(stack, folder, engine)
            lost += (
                _recover(place, port, report, engine) if given.recovery else _measure(place, port, report, given.rows)
            )
    return int(lost > 0)


def _started(stack: ExitStack, folder: Path, engine: str) -> tuple[Place, int, Path]:
    database, pids = f"sqlite:///{folder / 'bench.sqlite'}", list[int]()
    if engine == "postgresql":
        address, pids = stack.enter_context(servers.postgresql())
        database = postgres.new_database(address, "huiyin_bench")
    port = free_port()
    place = _made(folder, database, stack.enter_context(redis.server()), port)
    place.db_pids = pids
    return place, port, folder / "taken.json"


def _measure(place: Place, port: int, report: Path, n: int) -> int:
    with _process([sys.executable, "-m", "bench.sink", str(port), str(report)], place) as sink:
        limit = _limit(port)
        _fill(place, n)
        seconds, cpu, urgent = _drain(place, n, [sink.pid, *place.db_pids])
    taken = dict(json.loads(report.read_text()))
    ages = [taken[f"huiyin-{row_id}-0"] - at.timestamp() for row_id, at in urgent]
    left = _left(place)
    say(
        f"{place.env['DATABASE_URL'][:10]}: {n} notices in {seconds:.1f} s = {n / seconds:.0f}/s (goal 500); "
        f"the sink alone: {limit:.0f}/s; cpu of one notice: {1000 * cpu / n:.2f} ms; "
        f"oldest urgent of {len(ages)}: {max(ages, default=0):.2f} s (goal 5); left: {left}"
    )
    return left


def _recover(place: Place, port: int, report: Path, engine: str) -> int:
    """Kills a worker and its horse in the middle of a batch; a scheduler and a new worker go on."""
    n = 3000
    worker = [sys.executable, "-m", "shared.cli", "worker"]
    with (
        _process([sys.executable, "-m", "bench.sink", str(port), str(report)], place),
        _process([sys.executable, "-m", "shared.cli", "scheduler"], place),
        place.app.app_context(),
    ):
        _fill(place, n)
        with _process(worker, place) as first:
            while _queued() > n - 300:
                time.sleep(0.05)
            for pid in machine.tree(first.pid):
                os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        with _process(worker, place):
            while _queued() and time.monotonic() - killed < 300:
                time.sleep(0.2)
            seconds = time.monotonic() - killed
        db.session.remove()
        db.engine.dispose()
    letters = [name for name, _ in json.loads(report.read_text())]
    twice = len(letters) - len(set(letters))
    say(f"{engine}: after kill -9 the last notice went {seconds:.1f} s later (goal 60); letters sent twice: {twice}")
    return _left(place)


def _made(folder: Path, database: str, redis_url: str, port: int) -> Place:
    env = servers.settings_of(folder / "place", database, redis_url) | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}
    signing.load(Path(env["KEY_DIR"]), create=True)  # a scheduler doesn't start without it
    env["CHECKPOINT_DIR"] = str(folder / "checkpoints")
    app = application(env)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        world = worlds.township()
        say(f"filing {CASES} complaints")
        cases = [
            worlds.transferred(app, world, clock.now(), mode="named", notify="email", **NAMES) for _ in range(CASES)
        ]
        with work() as session:
            session.execute(update(OutboxRow).values(state="dropped"))
        db.session.remove()
        db.engine.dispose()
    return Place(app, env, folder / "log", world.institution_id, cases)


def application(env: dict[str, str]) -> Flask:
    """The whole application with these settings, in this process."""
    from wsgi import create_app

    return create_app(load(env, data_dir=Path(env["BENCH_DIR"])))


def _row(place: Place, number: int, now: dt.datetime, notice: str, audience: str) -> dict[str, object]:
    case_id, slip_id = place.cases[number % CASES]
    row = {"institution_id": place.institution_id, "case_id": case_id, "slip_id": None, "notice": notice}
    slip = {"slip_id": slip_id} if notice == "to_sign" else {}
    return row | {"audience": audience, "facts": {}, "not_before": now, "created_at": now} | slip


def _fill(place: Place, n: int) -> None:
    say(f"writing a backlog of {n}")
    then = clock.now() - dt.timedelta(hours=1)
    with place.app.app_context():
        for at in range(0, n, 5000):
            rows = [_row(place, k, then, *KINDS[(k + k // CASES) % len(KINDS)]) for k in range(at, min(n, at + 5000))]
            with work() as session:
                session.execute(insert(OutboxRow), rows)
        db.session.remove()
        db.engine.dispose()


def _drain(place: Place, n: int, others: list[int]) -> tuple[float, float, list[tuple[int, dt.datetime]]]:
    """Lets the workers drain it, with something urgent every second; seconds, processor seconds, what was urgent."""
    urgent: list[tuple[int, dt.datetime]] = []
    with ExitStack() as stack:
        command = [sys.executable, "-m", "shared.cli", "worker"]
        pids = [*others, *(stack.enter_context(_process(command, place)).pid for _ in range(WORKERS))]
        stack.enter_context(place.app.app_context())
        time.sleep(5)  # both are up
        used, began = machine.cpu_seconds(pids), time.monotonic()
        state.ring()
        while (left := _queued()) and time.monotonic() - began < 1800:
            urgent.append(_urgent(place, len(urgent)))
            say(f"  {left} left after {time.monotonic() - began:.0f} s")
            time.sleep(1)
        seconds, used = time.monotonic() - began, machine.cpu_seconds(pids) - used
        while _queued(urgent=True) and time.monotonic() - began < 1800:
            time.sleep(0.2)
        db.session.remove()
        db.engine.dispose()
    return seconds, used, urgent


def _urgent(place: Place, number: int) -> tuple[int, dt.datetime]:
    with work() as session:
        row = OutboxRow(**_row(place, number, clock.now(), "received", "citizen"))
        session.add(row)
        session.flush()
        made = row.id, row.created_at
    state.ring()
    return made


def _queued(*, urgent: bool = False) -> int:
    """How many of the backlog wait, or of what is urgent."""
    waits = OutboxRow.state == "queued", OutboxRow.priority == (0 if urgent else 1)
    with work() as session:
        return session.scalar(select(func.count()).where(*waits)) or 0


def _left(place: Place) -> int:
    """Notices that didn't go, or went without being noted."""
    with place.app.app_context():
        with work() as session:
            open_ones = session.scalar(select(func.count()).where(OutboxRow.state.not_in(["sent", "dropped"]))) or 0
            sent = session.scalar(select(func.count()).where(OutboxRow.state == "sent")) or 0
            noted = session.scalar(select(func.count(Delivery.id)).where(Delivery.state == "sent")) or 0
        db.session.remove()
        db.engine.dispose()
    return open_ones + abs(sent - noted)


BLAST = 5000


def _limit(port: int) -> float:
    """Letters a second that the sink takes from two senders who do nothing else."""
    command = [sys.executable, "-c", f"from bench.notices import blast; blast({port})"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    return sum(BLAST / float(one.communicate()[0]) for one in both)


def blast(port: int) -> None:
    """Sends one letter again and again; prints the seconds it took."""
    letter = Email("shimin@example.cn", "您的来信已受理", "您好。\n" * 20, "<p>您好。</p>" * 20, "limit")
    began = time.monotonic()
    with mail.connect(f"smtp://127.0.0.1:{port}", "bench@example.cn") as post:
        for _ in range(BLAST):
            post.send(letter)
    sys.stdout.write(str(time.monotonic() - began))


@contextmanager
def _process(command: list[str], place: Place) -> Iterator[subprocess.Popen[bytes]]:
    with (
        place.log.open("ab") as output,
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **place.env}, stdout=output, stderr=output) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
