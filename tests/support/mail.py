"""A real mail server for the tests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.servers import free_port


class MailServer:
    """Takes every message; `answer` may be set to refuse them, `messages` holds what was taken."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = "250 OK"
        self.pause = 0.0
        """Seconds before a letter is taken."""
        self.url = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        await asyncio.sleep(self.pause)
        if self.answer.startswith("2"):
            self.messages.append(cast(EmailMessage, message_from_bytes(envelope.content or b"", policy=default)))
        return self.answer


@contextmanager
def server() -> Iterator[MailServer]:
    """One that listens on a port of its own until the block ends."""
    sink = MailServer()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    try:
        yield sink
    finally:
        controller.stop()


def report(returned: str, action: str = "failed", status: str = "5.1.1", kind: str = "text/rfc822-headers") -> bytes:
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
