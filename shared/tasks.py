"""What RQ runs: jobs that take ids, may run twice or never, and find their work in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formataddr, parseaddr

from flask import current_app

from shared import clock, crypto, receipts
from shared.config import Settings
from shared.senders import Email, OutboxSms, Result
from shared.senders.email import connect, send_email
from shared.senders.providers import providers
from shared.services import common_issues, rotation, sending, sweeps, transfer_copies, unsealing
from shared.services.sms_caps import Caps
from shared.web import state

ENOUGH_SECONDS = 15
"""A job stops taking new work then and rings for another; RQ ends it after state.JOB_SECONDS."""
COPIES_SECONDS = 5
"""Making copies gives way sooner: a notice may be waiting behind it."""


def send_due() -> int:
    """Sends whatever is due; returns how many notices were taken. Two at once never take the same one."""
    state.answer_bell()  # whoever rings from now on rings anew
    taken, until = 0, time.monotonic() + ENOUGH_SECONDS
    settings = state.settings()
    with connect(settings.smtp_url, settings.mail_from) as line:
        post = _post(settings, line.send)
        while (batch := sending.claim(clock.now())) is not None:
            taken += len(batch.ids)
            if batch.full or time.monotonic() > until:
                state.ring()  # a free worker may help, or go on where this one ends
            for row_id, fault in sending.send(batch, post, clock.now()).faults:
                # The type alone: a message might hold what must not be in a log.
                current_app.logger.error("notice_not_written id=%s fault=%s", row_id, fault)
            if time.monotonic() > until:
                break
    unsealing.release_urgent(post.keys, post.notifier, clock.now())
    rotation.adopt(post.keys, post.notifier)
    return taken


def publish_issue(issue_id: int) -> None:
    """Publishes an approved common issue (R2.17)."""
    if common_issues.publish(issue_id, clock.now()):
        state.ring()


def make_copies() -> None:
    """Makes the flat copies that units are to be given; what fails unforeseen is tried again by the next round."""
    until = time.monotonic() + COPIES_SECONDS
    for copy_id in transfer_copies.waiting():
        try:
            transfer_copies.make(copy_id, state.keys(), state.store(), state.limits())
        except Exception as fault:  # a job's edge: one file must not keep the others waiting
            current_app.logger.error("copy_not_made fault=%s", type(fault).__name__)
        if time.monotonic() > until:
            state.ring_copies()
            break


def poll_receipts() -> int:
    """Asks the providers what became of messages without a receipt."""
    settings = state.settings()
    post = _post(settings, lambda letter: send_email(settings.smtp_url, settings.mail_from, letter))
    return receipts.poll(post.providers, post.keys, post.notifier, clock.now())


def harden_codes(newest: int | None = None) -> int:
    """Finishes the hashes of access codes just given out; looks at the `newest` cases, or at all."""
    return sweeps.harden_codes(newest)


def _post(settings: Settings, email: Callable[[Email], Result]) -> sending.Post:
    name = settings.neutral_name
    return sending.Post(
        state.keys(),
        email,
        OutboxSms(),
        base_url(settings),
        settings.demo,
        notifier=crypto.load_notifier(settings.worker_key_dir),
        neutral=name,
        neutral_from=formataddr((name, parseaddr(settings.mail_from)[1])),
        providers=providers(settings.sms),
        caps=Caps(settings.sms.sms_cap_number, settings.sms.sms_cap_prefix, settings.sms.sms_cap_day),
    )


def base_url(settings: Settings) -> str:
    """The address that links in notices begin with: the first trusted host."""
    host = settings.trusted_hosts[0].lstrip(".")
    return f"https://{host}" if settings.cookie_secure else f"http://{host}:{settings.port}"
