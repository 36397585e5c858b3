"""The scheduler: asks every few seconds what time has brought. Several may run; each duty is done by one."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from shared import antivirus, clock, signing
from shared.db import db
from shared.domain.passwords import PROFILES
from shared.senders import Email, Result
from shared.senders.email import send_email
from shared.services import (
    checkpoints,
    claims,
    common_issues,
    conflicts,
    consents,
    corrective_notices,
    duties,
    last_addresses,
    privacy_notices,
    quarter_keys,
    recounts,
    regime_settings,
    releases,
    repeats,
    report_calendar,
    reports,
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

TICK_SECONDS = 5
NEWEST_CASES = 1000
TICK = dt.timedelta(seconds=TICK_SECONDS)
ROUND = dt.timedelta(seconds=30)
TEN_MINUTES = dt.timedelta(minutes=10)
QUARTER = dt.timedelta(minutes=15)
HOURS = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Duty:
    """One piece of periodic work; its row in the database says when it is due (services.duties)."""

    name: str
    every: dt.timedelta
    run: Callable[[dt.datetime], object]


def run() -> None:
    """Goes round until the process is told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        round_once()
        stop.wait(TICK_SECONDS)


def round_once() -> None:
    """Every duty that is due and that no other scheduler has taken; one that fails leaves the others alone."""
    every = {duty.name: duty.every for duty in DUTIES}
    try:
        waiting = duties.due(every, clock.now())
    except Exception:  # a job's edge: the database may be away for a moment, the next round comes
        current_app.logger.exception("duties_unknown")
        return
    finally:
        db.session.remove()
    for duty in (one for one in DUTIES if one.name in waiting):
        try:
            _do(duty)
        except Exception:  # a job's edge: the lease of the duty runs out by itself
            current_app.logger.exception("duty_failed step=%s", duty.name)
        finally:
            db.session.remove()


def _do(duty: Duty) -> None:
    taken = duties.take(duty.name, clock.now())
    if taken is None:
        return
    try:
        duty.run(taken.at)
    except Exception:
        db.session.remove()
        duties.failed(taken, duty.every)
        raise
    duties.done(taken, duty.every)


def _look_for_viruses() -> None:
    """Has clamd look at new files, where there is one."""
    place = state.settings().clamd_socket
    if place:
        scanning.sweep(state.store(), lambda data: antivirus.verdict(place, data))


def _ring_again() -> None:
    if claims.anything_due(clock.now()):
        state.ring()


def _ring_for_others() -> None:
    if transfer_copies.waiting():
        state.ring_copies()
    for issue_id in common_issues.approved_ids():
        state.ring_issue(issue_id)


def _ask_for_receipts() -> None:
    """Where text messages really leave: what became of them."""
    if state.settings().sms.providers:
        state.ring_receipts()


def checkpoint_now() -> None:
    """Signs what has happened since and hands it out."""
    settings, now = state.settings(), clock.now()
    checkpoints.make(signing.load(settings.key_dir, create=not settings.production), now)
    checkpoints.write_out(settings.checkpoint_dir)

    def send(letter: Email) -> Result:
        return send_email(settings.smtp_url, settings.mail_from, letter)

    if settings.checkpoint_email:
        checkpoints.mail_out(settings.checkpoint_email, send, now)


DUTIES: tuple[Duty, ...] = (
    Duty("ring_again", TICK, lambda now: _ring_again()),
    Duty("watch_clocks", ROUND, sweeps.watch_clocks),
    Duty("recount", TICK, recounts.go_on),
    Duty("lapse_questions", ROUND, sweeps.lapse_questions),
    Duty("tell_unattended", ROUND, unattended.tell),
    Duty("tell_late_action", QUARTER, corrective_notices.tell_late),
    Duty("archive_unseen", HOURS, conflicts.archive_unseen),
    Duty("set_repeats_aside", ROUND, repeats.sweep),
    Duty("regimes_take_effect", ROUND, regime_settings.take_effect),
    Duty("move_to_quarter", QUARTER, lambda now: quarter_keys.keep(state.keys())),
    Duty("forget_caps", HOURS, sms_caps.forget),
    Duty("forget_watched", HOURS, lambda now: watching.forget(now, PROFILES[state.settings().password_profile])),
    Duty("ask_for_receipts", TEN_MINUTES, lambda now: _ask_for_receipts()),
    Duty("end_visits", ROUND, lambda now: visits.sweep(now, state.settings().visit_idle_minutes, state.store())),
    Duty("end_sessions", ROUND, lambda now: sweeps.end_sessions(now, state.settings().staff_idle_minutes)),
    Duty("forget_failures", ROUND, sweeps.forget_failures),
    Duty("harden_codes", ROUND, lambda now: sweeps.harden_codes(NEWEST_CASES)),
    Duty("harden_older_codes", HOURS, lambda now: sweeps.harden_codes()),
    Duty("forget_shares", ROUND, unsealing.forget_shares),
    Duty("keep_notices", ROUND, privacy_notices.keep),
    Duty("keep_consents", ROUND, lambda now: consents.keep(now, NEWEST_CASES)),
    Duty("keep_older_consents", HOURS, lambda now: consents.keep(now, None)),
    Duty("release_figures", ROUND, releases.make),
    Duty("open_reports", TEN_MINUTES, report_calendar.open_due),
    Duty("correct_reports", HOURS, reports.correct),
    Duty("forget_last_addresses", QUARTER, last_addresses.forget),
    Duty("erase_due", QUARTER, lambda now: retention.daily(now, state.store())),
    Duty("look_for_viruses", ROUND, lambda now: _look_for_viruses()),
    Duty("ring_for_others", ROUND, lambda now: _ring_for_others()),
    Duty("checkpoint", QUARTER, lambda now: checkpoint_now()),  # what has happened is signed and leaves the host
)
"""Everything that time brings, in the order in which it is done."""
