"""Letters that come back: which of them give our letter up, and which it was."""

from __future__ import annotations

import pytest

from shared.senders.bounce import Bounce, read_bounce

REFERENCE = "huiyin-17-0-0123456789abcdef"
HEADERS = f"Message-ID: <{REFERENCE}@nanxi.example>\r\nSubject: =?utf-8?b?6aKY?=\r\n"


def report(
    action: str = "failed", status: str = "5.1.1", kind: str = "text/rfc822-headers", returned: str = HEADERS
) -> bytes:
    """A delivery status notification as mail servers write it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mail.example\r\nTo: notice@nanxi.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; li@mail.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_letter_given_up_is_known_by_its_reference(kind: str):
    assert read_bounce(report(kind=kind)) == Bounce(REFERENCE, "smtp_5.1.1")


def test_a_folded_message_id_is_read_too():
    folded = HEADERS.replace("Message-ID: ", "Message-Id:\r\n ")
    assert read_bounce(report(returned=folded)) == Bounce(REFERENCE, "smtp_5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_a_delay_or_a_success_gives_nothing_up(action: str):
    assert read_bounce(report(action=action)) is None


def test_a_failure_without_a_readable_status_is_still_one():
    assert read_bounce(report(status="broken")) == Bounce(REFERENCE, "smtp_5.0.0")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: out of office\r\n\r\nI am away. <huiyin-17-0-0123456789abcdef@nanxi.example>",
        report(returned="Message-ID: <20260101@elsewhere.example>\r\n"),
        report(returned="Subject: no number\r\n"),
        report().replace(b"message/delivery-status", b"text/x-status"),
    ],
)
def test_any_other_letter_is_none_of_ours(raw: bytes):
    assert read_bounce(raw) is None
