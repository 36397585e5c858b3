"""Sending e-mail through a mail server, one letter or many, and telling a refusal from a bad day."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from shared.senders import SENT, Email, Outcome, Result, wire
from shared.senders.certificates import tls_reason

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


LETTERS_PER_CONNECTION = 100
"""Many relays end a connection after that many letters; a new one costs less than a refusal."""
QUIET_SECONDS = 5
"""A server that couldn't be reached isn't asked again by the next letter, which would wait as long as this one."""


class MailServer:
    """One connection for several letters: made when the first leaves, made anew once when it was lost between two."""

    def __init__(self, smtp_url: str, sender: str, timeout: float = 5) -> None:
        self._url, self._sender, self._timeout = smtp_url, sender, timeout
        self._server: smtplib.SMTP | None = None
        self._sent, self._last, self._idle = 0, 0.0, 1.0
        self._down: tuple[float, Result] | None = None

    def send(self, email: Email) -> Result:
        """Sends one letter; never raises for the network. A fault of one letter leaves the next one its chance."""
        try:
            letter = wire.letter(email.sender or self._sender, email)
        except ValueError:  # a line break, or nothing that reads as one address
            return Result(Outcome.FAILED, "address_invalid", about_address=True)
        if self._sent >= LETTERS_PER_CONNECTION or (self._server is not None and not self._alive()):
            self.close()
        if self._down and time.monotonic() < self._down[0]:
            return self._down[1]
        try:
            if self._server is None:
                self._server = _connect(self._url, letter.domain, self._timeout)
        except OSError as fault:  # smtplib's own exceptions are OSErrors too
            # Whatever the server says to us here, it isn't about this letter: R7, try again.
            return self._away(fault)
        return self._hand_over(self._server, letter)

    def _away(self, fault: OSError) -> Result:
        result = Result(Outcome.RETRY, _reason(fault))
        self._down = time.monotonic() + QUIET_SECONDS, result
        return result

    def _alive(self) -> bool:
        """Asks before a letter is risked, but not between letters in a row: that would cost a way each."""
        if time.monotonic() - self._last < self._idle:
            return True
        try:
            return self._server is not None and self._server.noop()[0] == 250
        except OSError:
            return False

    def _hand_over(self, server: smtplib.SMTP, letter: wire.Letter) -> Result:
        try:
            server.sendmail(letter.sender, [letter.to], letter.data, *_options(server, letter))
        except smtplib.SMTPNotSupportedError:
            return Result(Outcome.FAILED, "address_not_supported", about_address=True)
        except smtplib.SMTPResponseException as fault:
            return _judged(fault)
        except smtplib.SMTPRecipientsRefused as fault:
            return _judged(fault)
        except OSError as fault:
            self.close()
            self._idle = 0  # a server that hangs up between letters is asked before each from now on
            if isinstance(fault, smtplib.SMTPServerDisconnected):
                return Result(Outcome.RETRY, _reason(fault))
            return self._away(fault)
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


def _options(server: smtplib.SMTP, letter: wire.Letter) -> list[list[str]]:
    if not letter.international:
        return []
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError
    return [["SMTPUTF8", "BODY=8BITMIME"]]


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
