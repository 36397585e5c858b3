"""A letter as it goes over the wire: headers and bodies in short ASCII lines.

Written by hand, because the library's message classes read every header like a foreign one: thirty times as slow, and
a backlog has a hundred thousand letters.
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass, field
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from shared import clock
from shared.senders import Email

_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_SHORT = 60
_WORD_BYTES = 42
"""What an encoded word takes, so that it fits a line of 76 with its wrapping."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Envelope and content."""

    sender: str
    to: str = field(repr=False)
    data: bytes = field(repr=False)

    @property
    def domain(self) -> str:
        """Where it comes from."""
        return self.sender.rpartition("@")[2]

    @property
    def international(self) -> bool:
        """Whether an address has letters that only some servers take."""
        return not (self.sender + self.to).isascii()


def letter(sender: str, email: Email) -> Letter:
    """The letter for one recipient; raises ValueError where `to` doesn't read as one address."""
    shown, address = _parsed(sender)
    to = email.to if _PLAIN.fullmatch(email.to) else _parsed(email.to)[1]
    head = (
        f"From: {_phrase(shown)} <{address}>" if shown else f"From: {address}",
        f"To: {to}",
        f"Subject: {_phrase(email.subject)}",
        f"Date: {format_datetime(clock.now())}",
        # R2: the same on every attempt, so that a mailbox can drop a letter that came twice.
        f"Message-ID: <{email.reference}@{address.rpartition('@')[2]}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    )
    return Letter(address, to, "\r\n".join((*head, *_bodies(email))).encode())


@lru_cache(maxsize=64)
def _parsed(written: str) -> tuple[str, str]:
    """The shown name and the address; raises ValueError for none or several."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = written
        header = message["To"]
    except (IndexError, ValueError) as fault:
        raise ValueError("not one address") from fault
    if not isinstance(header, AddressHeader) or len(header.addresses) != 1 or not header.addresses[0].domain:
        raise ValueError("not one address")
    return header.addresses[0].display_name, header.addresses[0].addr_spec


def _phrase(words: str) -> str:
    """The words of a header: as they are where they are short and plain, else as encoded words, folded."""
    if words.isascii() and words.isprintable() and len(words) <= _SHORT and "=?" not in words and '"' not in words:
        return words
    parts, part = [], b""
    for char in words:
        if len(part) + len(char.encode()) > _WORD_BYTES:
            parts.append(part)
            part = b""
        part += char.encode()
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in (*parts, part))


def _bodies(email: Email) -> list[str]:
    if email.html is None:
        return _body("plain", email.text)
    mark = secrets.token_hex(16)
    return [
        f'Content-Type: multipart/alternative; boundary="{mark}"',
        "",
        f"--{mark}",
        *_body("plain", email.text),
        f"--{mark}",
        *_body("html", email.html),
        f"--{mark}--",
        "",
    ]


def _body(kind: str, text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    coded = base64.encodebytes(lines.encode()).decode().replace("\n", "\r\n")
    return [f'Content-Type: text/{kind}; charset="utf-8"', "Content-Transfer-Encoding: base64", "", coded]
