"""Sending one e-mail through a mail server, and telling a refusal from a bad day."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from shared import clock
from shared.senders import SENT, Email, Outcome, Result

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def send_email(smtp_url: str, sender: str, email: Email, timeout: float = 5) -> Result:
    """Send by `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host[:port]`; never raises for the network."""
    try:
        message = _message(sender, email)
    except (ValueError, IndexError, MessageError):  # a line break, or nothing that reads as one address
        return Result(Outcome.FAILED, "address_invalid")
    try:
        server = _connect(smtp_url, message["From"].addresses[0].domain, timeout)
    except OSError as fault:  # smtplib's own exceptions are OSErrors too
        # Whatever the server says to us here, it isn't about this letter: R7, try again.
        return Result(Outcome.RETRY, _reason(fault))
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError:
        return Result(Outcome.FAILED, "address_not_supported")
    except OSError as fault:
        permanent = 500 <= _code(fault) < 600
        return Result(Outcome.FAILED if permanent else Outcome.RETRY, _reason(fault))
    finally:
        # The letter is accepted before the farewell: a server that hangs there must not cause a second letter.
        with suppress(OSError):
            server.quit()
        server.close()
    return SENT


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
    if isinstance(fault, ssl.SSLError):
        return "tls"
    return "disconnected" if isinstance(fault, smtplib.SMTPServerDisconnected) else "unreachable"
