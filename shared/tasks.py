"""What RQ runs: jobs that take ids, may run twice or never, and find their work in the database."""

from __future__ import annotations

import time
from email.utils import formataddr, parseaddr

from flask import current_app

from shared import clock, crypto, receipts
from shared.config import Settings
from shared.senders import Email, OutboxSms, Result
from shared.senders.email import send_email
from shared.senders.providers import providers
from shared.services import common_issues, rotation, sending, sweeps, transfer_copies, unsealing
from shared.services.sms_caps import Caps
from shared.web import state

ENOUGH_SECONDS = 35
"""A job stops taking new notices then; RQ ends it after 60 seconds."""


def send_due() -> int:
    """Sends whatever is due; returns how many notices were taken. Two at once never take the same one."""
    post, taken, until = _post(), 0, time.monotonic() + ENOUGH_SECONDS
    while (outbox_id := sending.claim(clock.now())) is not None:
        taken += 1
        try:
            sending.send(outbox_id, post, clock.now())
        except Exception as fault:
            # The type alone: a message might hold what must not be in a log.
            current_app.logger.error("notice_not_written id=%s fault=%s", outbox_id, type(fault).__name__)
            sending.give_back(outbox_id, clock.now(), "not_written")
        if time.monotonic() > until:
            state.ring()
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
    until = time.monotonic() + ENOUGH_SECONDS
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
    post = _post()
    return receipts.poll(post.providers, post.keys, post.notifier, clock.now())


def harden_codes(newest: int | None = None) -> int:
    """Finishes the hashes of access codes just given out; looks at the `newest` cases, or at all."""
    return sweeps.harden_codes(newest)


def _post() -> sending.Post:
    settings = state.settings()

    def email(letter: Email) -> Result:
        return send_email(settings.smtp_url, letter.sender or settings.mail_from, letter)

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
