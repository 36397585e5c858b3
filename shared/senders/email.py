"""Sending e-mail through a mail server, one letter or many, and telling a refusal from a bad day."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from shared import clock
from shared.senders import SENT, Email, Outcome, Result
from shared.senders.certificates import tls_reason

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


LETTERS_PER_CONNECTION = 100
"""Many relays end a connection after that many letters; a new one costs less than a refusal."""


class MailServer:
    """One connection for several letters: made when the first leaves, made anew once when it was lost between two."""

    def __init__(self, smtp_url: str, sender: str, timeout: float = 5) -> None:
        self._url, self._sender, self._timeout = smtp_url, sender, timeout
        self._server: smtplib.SMTP | None = None
        self._sent, self._last, self._idle = 0, 0.0, 1.0

    def send(self, email: Email) -> Result:
        """Sends one letter; never raises for the network. A fault of one letter leaves the next one its chance."""
        try:
            message = _message(email.sender or self._sender, email)
        except (ValueError, IndexError, MessageError):  # a line break, or nothing that reads as one address
            return Result(Outcome.FAILED, "address_invalid", about_address=True)
        if self._sent >= LETTERS_PER_CONNECTION or (self._server is not None and not self._alive()):
            self.close()
        try:
            if self._server is None:
                self._server = _connect(self._url, message["From"].addresses[0].domain, self._timeout)
        except OSError as fault:  # smtplib's own exceptions are OSErrors too
            # Whatever the server says to us here, it isn't about this letter: R7, try again.
            return Result(Outcome.RETRY, _reason(fault))
        return self._hand_over(self._server, message)

    def _alive(self) -> bool:
        """Asks before a letter is risked, but not between letters in a row: that would cost a way each."""
        if time.monotonic() - self._last < self._idle:
            return True
        try:
            return self._server is not None and self._server.noop()[0] == 250
        except OSError:
            return False

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> Result:
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError:
            return Result(Outcome.FAILED, "address_not_supported", about_address=True)
        except smtplib.SMTPResponseException as fault:
            return _judged(fault)
        except smtplib.SMTPRecipientsRefused as fault:
            return _judged(fault)
        except OSError as fault:
            self.close()
            self._idle = 0  # a server that hangs up between letters is asked before each from now on
            return Result(Outcome.RETRY, _reason(fault))
        finally:
            self._last = time.monotonic()
        self._sent += 1
        return SENT

    def close(self) -> None:
        """Says farewell; a letter is accepted before that, so a server that hangs here causes no second one."""
        server, self._server, self._sent = self._server, None, 0
        if server is not None:
            with suppress(OSError):
                server.quit()
            server.close()


@contextmanager
def connect(smtp_url: str, sender: str, timeout: float = 5) -> Iterator[MailServer]:
    """A mail server for a batch: `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host[:port]`."""
    post = MailServer(smtp_url, sender, timeout)
    try:
        yield post
    finally:
        post.close()


def send_email(smtp_url: str, sender: str, email: Email, timeout: float = 5) -> Result:
    """Sends one letter over a connection of its own; never raises for the network."""
    with connect(smtp_url, sender, timeout) as post:
        return post.send(email)


def _judged(fault: OSError) -> Result:
    """An answer to this letter: 5xx is final (a 5xx to RCPT means that there is no such mailbox), 4xx is not."""
    permanent = 500 <= _code(fault) < 600
    refused = isinstance(fault, smtplib.SMTPRecipientsRefused)
    return Result(Outcome.FAILED if permanent else Outcome.RETRY, _reason(fault), about_address=permanent and refused)


def _message(sender: str, email: Email) -> EmailMessage:
    message = EmailMessage(policy=WIRE)
    message["From"] = sender
    message["To"] = email.to
    domain = message["From"].addresses[0].domain
    if len(message["To"].addresses) != 1 or not message["To"].addresses[0].domain:
        raise ValueError("not one address")
    message["Subject"] = email.subject
    message["Date"] = format_datetime(clock.now())
    # R2: the same on every attempt, so that a mailbox can drop a letter that came twice.
    message["Message-ID"] = f"<{email.reference}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text, cte="base64")
    if email.html is not None:
        message.add_alternative(email.html, subtype="html", cte="base64")
    return message


def _connect(smtp_url: str, own_name: str, timeout: float) -> smtplib.SMTP:
    url = urlsplit(smtp_url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    # own_name: without it smtplib asks the DNS for this machine's name, which can take longer than the timeout.
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, own_name, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, port, own_name, timeout=timeout)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except OSError:
        server.close()
        raise
    return server


def _code(fault: OSError) -> int:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return next(code for code, _ in fault.recipients.values())
    return fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else 0


def _reason(fault: OSError) -> str:
    if code := _code(fault):
        return f"smtp_{code}"
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
        return "timeout"
    if reason := tls_reason(fault):
        return reason
    return "disconnected" if isinstance(fault, smtplib.SMTPServerDisconnected) else "unreachable"
