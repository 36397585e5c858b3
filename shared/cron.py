"""The scheduler: asks every half minute what time has brought. Several may run; each round is done by one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from flask import current_app
from redis import RedisError

from shared import antivirus, clock, signing
from shared.db import db
from shared.domain.passwords import PROFILES
from shared.senders import Email, Result
from shared.senders.email import send_email
from shared.services import (
    checkpoints,
    common_issues,
    consents,
    privacy_notices,
    quarter_keys,
    regime_settings,
    releases,
    repeats,
    retention,
    scanning,
    sms_caps,
    sweeps,
    transfer_copies,
    unattended,
    unsealing,
    visits,
    watching,
)
from shared.web import state

EVERY_SECONDS = 30
NEWEST_CASES = 1000
LOCK = "huiyin:round"
CHECKPOINT_LOCK = "huiyin:checkpoint"
CHECKPOINT_SECONDS = 15 * 60
RECEIPTS_LOCK, RECEIPTS_SECONDS = "huiyin:receipts", 10 * 60


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


def first_here(lock: str = LOCK, seconds: int = EVERY_SECONDS) -> bool:
    """Whether this round is ours; without a Redis everybody does it, since two rounds at once do no harm."""
    try:
        return bool(state.state().redis.set(lock, "1", nx=True, ex=seconds - 5))
    except RedisError:
        return True


def round_once(newest: int | None = NEWEST_CASES) -> None:
    """Every sweep once; one that fails leaves the others alone."""
    now, settings = clock.now(), state.settings()
    steps: list[Callable[[], object]] = [
        lambda: sweeps.watch_clocks(now),
        lambda: sweeps.recompute_provisional(now),
        lambda: sweeps.lapse_questions(now),
        lambda: unattended.tell(now),
        lambda: visits.sweep(now, settings.visit_idle_minutes, state.store()),
        lambda: sweeps.forget_failures(now),
        lambda: sweeps.end_sessions(now, settings.staff_idle_minutes),
        lambda: watching.forget(now, PROFILES[settings.password_profile]),
        lambda: repeats.sweep(now),
        lambda: sweeps.harden_codes(newest),
        lambda: unsealing.forget_shares(now),
        lambda: privacy_notices.keep(now),
        lambda: consents.keep(now, newest),
        lambda: releases.make(now),
        lambda: regime_settings.take_effect(now),
        lambda: retention.daily(now, state.store()),
        lambda: sms_caps.forget(now),
        lambda: quarter_keys.keep(state.keys()),
        _look_for_viruses,
        _ring_again,
        _ask_for_receipts,
        _checkpoint,
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
    if transfer_copies.waiting():
        state.ring_copies()
    for issue_id in common_issues.approved_ids():
        state.ring_issue(issue_id)


def _ask_for_receipts() -> None:
    """Every ten minutes, where text messages really leave."""
    if state.settings().sms.providers and first_here(RECEIPTS_LOCK, RECEIPTS_SECONDS):
        state.ring_receipts()


def _checkpoint() -> None:
    """Every quarter of an hour: what has happened is signed and leaves the host."""
    if first_here(CHECKPOINT_LOCK, CHECKPOINT_SECONDS):
        checkpoint_now()


def checkpoint_now() -> None:
    """Signs what has happened since and hands it out."""
    settings, now = state.settings(), clock.now()
    checkpoints.make(signing.load(settings.key_dir, create=not settings.production), now)
    checkpoints.write_out(settings.checkpoint_dir)

    def send(letter: Email) -> Result:
        return send_email(settings.smtp_url, settings.mail_from, letter)

    if settings.checkpoint_email:
        checkpoints.mail_out(settings.checkpoint_email, send, now)
