"""Ten thousand people who look up their complaint at the same moment (R15): `python -m bench.crowd`; see README.md."""

from __future__ import annotations

import dataclasses
import resource
import sys
import time

from bench import machine
from bench.installed import Installed, let_go, on_each_engine
from bench.machine import say
from shared.services import sweeps
from shared.web import state
from tests.support import world as worlds
from tests.support.crowd import Told, crowd, served

GOAL_SECONDS, MEGABYTES = 2.0, 900
RECEIPTS = 200


def main(arguments: list[str]) -> int:
    """Lets the crowd come once on each engine; 1 where somebody got no answer, or not one of the two honest ones."""
    return on_each_engine(arguments, __doc__, "people", 10_000, _measure)


def _open_files(n: int) -> None:
    """Every visitor is a connection at both ends."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = n if hard == resource.RLIM_INFINITY else min(n, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < n:
        say(f"this machine lets a process open {wanted} files: fewer than {n} people can come at once")


def _measure(place: Installed, people: int) -> bool:
    _open_files(people + 1000)
    with place.app.app_context():
        settings = dataclasses.replace(state.settings(), env="test")
        town = worlds.township()
        made = [town.file_case(place.app) for _ in range(RECEIPTS)]
        sweeps.harden_codes()
        let_go()
    typed = [{"receipt_no": one.receipt_no, "code": one.code} for one in made]
    with served(settings, place.folder / "log") as (port, pid):
        used, began = machine.cpu_seconds([pid]), time.monotonic()
        told, most = crowd(port, typed, people, pid)
        seconds, used = time.monotonic() - began, machine.cpu_seconds([pid]) - used
    say(_said(place.engine, people, told, most) + f"; in all {seconds:.1f} s, {used:.1f} s of the web's processor time")
    wrong = bool(told.lost or set(told.seconds) - {303, 503})
    if wrong:
        say((place.folder / "log").read_text("utf-8", "replace")[-3000:])
    return wrong


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
