"""The scheduler: asks every half minute what time has brought. Several may run; each round is done by one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from flask import current_app
from redis import RedisError

from shared import antivirus, clock
from shared.db import db
from shared.services import common_issues, scanning, sweeps, visits
from shared.web import state

EVERY_SECONDS = 30
NEWEST_CASES = 1000
LOCK = "huiyin:round"


def run() -> None:
    """Goes round until the process is told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    newest = None  # the first round looks at every case, the others at those just filed
    while not stop.is_set():
        if first_here():
            round_once(newest)
            newest = NEWEST_CASES
        stop.wait(EVERY_SECONDS)


def _look_for_viruses() -> None:
    """Has clamd look at new files, where there is one."""
    place = state.settings().clamd_socket
    if place:
        scanning.sweep(state.store(), lambda data: antivirus.verdict(place, data))


def first_here() -> bool:
    """Whether this round is ours; without a Redis everybody does it, since two rounds at once do no harm."""
    try:
        return bool(state.state().redis.set(LOCK, "1", nx=True, ex=EVERY_SECONDS - 5))
    except RedisError:
        return True


def round_once(newest: int | None = NEWEST_CASES) -> None:
    """Every sweep once; one that fails leaves the others alone."""
    now, settings = clock.now(), state.settings()
    steps: list[Callable[[], object]] = [
        lambda: sweeps.watch_clocks(now),
        lambda: sweeps.recompute_provisional(now),
        lambda: sweeps.lapse_questions(now),
        lambda: visits.sweep(now, settings.visit_idle_minutes, state.store()),
        lambda: sweeps.forget_failures(now),
        lambda: sweeps.end_sessions(now, settings.staff_idle_minutes),
        lambda: sweeps.harden_codes(newest),
        _look_for_viruses,
        _ring_again,
    ]
    for step in steps:
        try:
            step()
        except Exception:  # a job's edge: the database may be away for a moment, the next round comes
            current_app.logger.exception("sweep_failed")
        finally:
            db.session.remove()


def _ring_again() -> None:
    if sweeps.anything_due(clock.now()):
        state.ring()
    for issue_id in common_issues.approved_ids():
        state.ring_issue(issue_id)
