"""A backlog drained by real workers into a counting mail server: `python -m bench.notices`; see README.md."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, insert, select, update

from bench import machine
from bench.installed import ENGINES, Installed, installed, let_go
from bench.machine import say
from shared import clock, signing
from shared.config import ROOT
from shared.db import work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import Email
from shared.senders import email as mail
from shared.servers import free_port
from shared.services import channels
from shared.web import state
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


def main(arguments: list[str]) -> int:
    """Measures each engine; 1 where a notice was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.notices", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, nargs="+", default=list(ENGINES))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--recovery", action="store_true", help="kill a worker in the middle of a batch instead")
    given = parser.parse_args(arguments)
    lost = 0
    for engine in given.engine:
        port = free_port()
        with installed(engine, SMTP_URL=f"smtp://127.0.0.1:{port}") as place:
            office, report = Office(place), place.folder / "taken.json"
            lost += _recover(office, port, report) if given.recovery else _measure(office, port, report, given.rows)
    return int(lost > 0)


class Office:
    """A town's office with cases that notices can be about."""

    def __init__(self, place: Installed) -> None:
        self.place = place
        signing.load(Path(place.env["KEY_DIR"]), create=True)  # a scheduler doesn't start without it
        self.env = os.environ | place.env | {"CHECKPOINT_DIR": str(place.folder / "checkpoints")}
        with place.app.app_context():
            world = worlds.township()
            say(f"{place.engine}: filing {CASES} complaints")
            self.cases = [
                worlds.transferred(place.app, world, clock.now(), mode="named", notify="email", **NAMES)
                for _ in range(CASES)
            ]
            with work() as session:
                session.execute(update(OutboxRow).values(state="dropped"))
            let_go()
        self.institution_id = world.institution_id


def _measure(office: Office, port: int, report: Path, n: int) -> int:
    with _process([sys.executable, "-m", "bench.sink", str(port), str(report)], office) as sink:
        limit = _limit(port)
        _fill(office, n)
        seconds, cpu, urgent = _drain(office, n, [sink.pid, *office.place.db_pids])
    taken = dict(json.loads(report.read_text()))
    keys = office.place.app.extensions["huiyin"].keys
    ages = [taken[channels.reference(keys, row_id, None)] - at.timestamp() for row_id, at in urgent]
    left = _left(office)
    say(
        f"{office.place.engine}: {n} notices in {seconds:.1f} s = {n / seconds:.0f}/s (goal 500); "
        f"the sink alone: {limit:.0f}/s; cpu of one notice: {1000 * cpu / n:.2f} ms; "
        f"oldest urgent of {len(ages)}: {max(ages, default=0):.2f} s (goal 5); left: {left}"
    )
    return left


def _recover(office: Office, port: int, report: Path) -> int:
    """Kills a worker and its horse in the middle of a batch; a scheduler and a new worker go on."""
    n = 3000
    worker = [sys.executable, "-m", "shared.cli", "worker"]
    with (
        _process([sys.executable, "-m", "bench.sink", str(port), str(report)], office),
        _process([sys.executable, "-m", "shared.cli", "scheduler"], office),
        office.place.app.app_context(),
    ):
        _fill(office, n)
        with _process(worker, office) as first:
            while _queued() > n - 300:
                time.sleep(0.05)
            for pid in machine.tree(first.pid):
                os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        with _process(worker, office):
            while _queued() and time.monotonic() - killed < 300:
                time.sleep(0.2)
            seconds = time.monotonic() - killed
        let_go()
    letters = [name for name, _ in json.loads(report.read_text())]
    twice = len(letters) - len(set(letters))
    say(
        f"{office.place.engine}: after kill -9 the last notice went {seconds:.1f} s later (goal 60); "
        f"letters sent twice: {twice}"
    )
    return _left(office)


def _row(office: Office, number: int, now: dt.datetime, notice: str, audience: str) -> dict[str, object]:
    case_id, slip_id = office.cases[number % CASES]
    row = {"institution_id": office.institution_id, "case_id": case_id, "slip_id": None, "notice": notice}
    slip = {"slip_id": slip_id} if notice == "to_sign" else {}
    return row | {"audience": audience, "facts": {}, "not_before": now, "created_at": now} | slip


def _fill(office: Office, n: int) -> None:
    say(f"writing a backlog of {n}")
    then = clock.now() - dt.timedelta(hours=1)
    with office.place.app.app_context():
        for at in range(0, n, 5000):
            rows = [_row(office, k, then, *KINDS[(k + k // CASES) % len(KINDS)]) for k in range(at, min(n, at + 5000))]
            with work() as session:
                session.execute(insert(OutboxRow), rows)
        let_go()


def _drain(office: Office, n: int, others: list[int]) -> tuple[float, float, list[tuple[int, dt.datetime]]]:
    """Lets the workers drain it, with something urgent every second; seconds, processor seconds, what was urgent."""
    urgent: list[tuple[int, dt.datetime]] = []
    with ExitStack() as stack:
        command = [sys.executable, "-m", "shared.cli", "worker"]
        pids = [*others, *(stack.enter_context(_process(command, office)).pid for _ in range(WORKERS))]
        stack.enter_context(office.place.app.app_context())
        time.sleep(5)  # both are up
        used, began = machine.cpu_seconds(pids), time.monotonic()
        state.ring()
        while (left := _queued()) and time.monotonic() - began < 1800:
            urgent.append(_urgent(office, len(urgent)))
            say(f"  {left} left after {time.monotonic() - began:.0f} s")
            time.sleep(1)
        seconds, used = time.monotonic() - began, machine.cpu_seconds(pids) - used
        while _queued(urgent=True) and time.monotonic() - began < 1800:
            time.sleep(0.2)
        let_go()
    return seconds, used, urgent


def _urgent(office: Office, number: int) -> tuple[int, dt.datetime]:
    with work() as session:
        row = OutboxRow(**_row(office, number, clock.now(), "received", "citizen"))
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


def _left(office: Office) -> int:
    """Notices that didn't go, or went without being noted."""
    with office.place.app.app_context():
        with work() as session:
            open_ones = session.scalar(select(func.count()).where(OutboxRow.state.not_in(["sent", "dropped"]))) or 0
            sent = session.scalar(select(func.count()).where(OutboxRow.state == "sent")) or 0
            noted = session.scalar(select(func.count(Delivery.id)).where(Delivery.state == "sent")) or 0
        let_go()
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
def _process(command: list[str], office: Office) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (office.place.folder / "log").open("ab") as output,
        subprocess.Popen(command, cwd=ROOT, env=office.env, stdout=output, stderr=output) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
