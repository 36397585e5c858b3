"""Sending e-mail through a mail server, and telling a refusal from a bad day."""

from __future__ import annotations

import smtplib
import ssl
import time
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from shared.senders import SENT, Email, Outcome, Result, wire

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


MOST_LETTERS = 100
"""Many servers end a conversation that carries more."""
QUIET_SECONDS = 5
"""A server that couldn't be reached isn't asked again by the next letter, which would wait as long as this one."""


class MailLine:
    """A conversation with the mail server, kept up from letter to letter and begun anew where the server hung up."""

    def __init__(self, smtp_url: str, timeout: float = 5) -> None:
        self._url, self._timeout = smtp_url, timeout
        self._server: smtplib.SMTP | None = None
        self._carried = 0
        self._down: tuple[float, Result] | None = None

    def __enter__(self) -> MailLine:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def send(self, sender: str, email: Email) -> Result:
        """Sends one letter; never raises for the network."""
        try:
            letter = wire.letter(sender, email)
        except ValueError:  # a line break, or nothing that reads as one address
            return Result(Outcome.FAILED, "address_invalid")
        if self._down and time.monotonic() < self._down[0]:
            return self._down[1]
        try:
            server = self._open(letter.domain)
        except OSError as fault:  # smtplib's own exceptions are OSErrors too
            # Whatever the server says to us here, it isn't about this letter: R7, try again.
            self._down = time.monotonic() + QUIET_SECONDS, Result(Outcome.RETRY, _reason(fault))
            return self._down[1]
        try:
            server.sendmail(letter.sender, [letter.to], letter.data, *_options(server, letter))
        except smtplib.SMTPNotSupportedError:
            return Result(Outcome.FAILED, "address_not_supported")
        except OSError as fault:
            permanent = 500 <= _code(fault) < 600
            result = Result(Outcome.FAILED if permanent else Outcome.RETRY, _reason(fault))
            if not _code(fault) or server.sock is None:  # it hung, or hung up
                self.close(politely=False)
                self._down = time.monotonic() + QUIET_SECONDS, Result(Outcome.RETRY, result.reason)
            return result
        self._carried += 1
        return SENT

    def close(self, *, politely: bool = True) -> None:
        """Ends the conversation, where there is one."""
        server, self._server, self._carried = self._server, None, 0
        if server is not None:
            # The letter is accepted before the farewell: a server that hangs there must not cause a second letter.
            with suppress(OSError):
                if politely:
                    server.quit()
            server.close()

    def _open(self, own_name: str) -> smtplib.SMTP:
        if self._carried >= MOST_LETTERS:
            self.close()
        if self._server is None:
            self._server = _connect(self._url, own_name, self._timeout)
            self._down = None
        return self._server


def send_email(smtp_url: str, sender: str, email: Email, timeout: float = 5) -> Result:
    """Send by `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host[:port]`; never raises for the network."""
    with MailLine(smtp_url, timeout) as line:
        return line.send(sender, email)


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
    if isinstance(fault, ssl.SSLError):
        return "tls"
    return "disconnected" if isinstance(fault, smtplib.SMTPServerDisconnected) else "unreachable"
