"""Letters that come back: which of them give our letter up, and which it was."""

from __future__ import annotations

import pytest

from shared.senders.bounce import Bounce, read_bounce
from tests.support import mail

REFERENCE = "huiyin-17-0-0123456789abcdef"
HEADERS = f"Message-ID: <{REFERENCE}@nanxi.example>\r\nSubject: =?utf-8?b?6aKY?=\r\n"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_letter_given_up_is_known_by_its_reference(kind: str):
    assert read_bounce(mail.report(HEADERS, kind=kind)) == Bounce(REFERENCE, "smtp_5.1.1")


def test_a_folded_message_id_is_read_too():
    folded = HEADERS.replace("Message-ID: ", "Message-Id:\r\n ")
    assert read_bounce(mail.report(folded)) == Bounce(REFERENCE, "smtp_5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_a_delay_or_a_success_gives_nothing_up(action: str):
    assert read_bounce(mail.report(HEADERS, action=action)) is None


def test_a_failure_without_a_readable_status_is_still_one():
    assert read_bounce(mail.report(HEADERS, status="broken")) == Bounce(REFERENCE, "smtp_5.0.0")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: out of office\r\n\r\nI am away. <huiyin-17-0-0123456789abcdef@nanxi.example>",
        mail.report("Message-ID: <20260101@elsewhere.example>\r\n"),
        mail.report("Subject: no number\r\n"),
        mail.report(HEADERS).replace(b"message/delivery-status", b"text/x-status"),
    ],
)
def test_any_other_letter_is_none_of_ours(raw: bytes):
    assert read_bounce(raw) is None
