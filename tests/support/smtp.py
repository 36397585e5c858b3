"""Mail servers that answer as they are told, for tests of how letters leave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """A server that keeps what it receives, or answers a recipient or a letter as told."""

    def __init__(self, rcpt: str = "", data: str = "") -> None:
        self.rcpt, self.data = rcpt, data
        self.letters: list[bytes] = []

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, to: str, _o: list[str]) -> str:  # noqa: N802  aiosmtpd's name
        envelope.rcpt_tos.append(to)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if not self.data:
            self.letters.append(envelope.content or b"")
        return self.data or "250 OK"

    def only(self) -> EmailMessage:
        assert len(self.letters) == 1
        found = message_from_bytes(self.letters[0], policy=default)
        assert isinstance(found, EmailMessage)
        return found


class AnyPort(Controller):
    """Learns the port it was given before it calls itself for the first time."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def served(box: Mailbox, scheme: str = "smtp", login: str = "", **options: object) -> Iterator[str]:
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield f"{scheme}://{login}127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@contextmanager
def scripted(*lines: bytes) -> Iterator[str]:
    """A server that answers one line per turn and then hangs, its connection open."""
    held: list[socket.socket] = []

    def talk() -> None:
        connection, _ = listener.accept()
        held.append(connection)
        for turn, line in enumerate(lines):
            if turn:
                connection.recv(65536)
            connection.sendall(line + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)
    for connection in held:
        connection.close()
