"""Reading what a mail server says afterwards of a letter it could not deliver (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default

REFERENCE = re.compile(r"<((?:huiyin|message)-[0-9a-z-]{3,60})@[^<>\s]{1,255}>")
LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounce:
    """One letter, by its reference, that will not arrive; `reason` is the enhanced status code (RFC 3463)."""

    reference: str
    reason: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The letter that a delivery status notification gives up; None for a delay, a success or anything else."""
    message = message_from_bytes(raw[:LARGEST], policy=default)
    parts = list(message.walk())
    report = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if message.get_content_type() != "multipart/report" or report is None:
        return None
    status = _final(report)
    reference = next((found for part in parts if (found := _reference(part))), "")
    return Bounce(reference, f"smtp_{status}") if status and reference else None


def _final(report: Message) -> str:
    """The status of the first recipient that is given up, '' where none is."""
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            found = re.match(r"\s*(5\.\d{1,3}\.\d{1,3})\b", str(block.get("Status", "")))
            return found[1] if found else "5.0.0"
    return ""


def _reference(part: Message) -> str:
    """The reference of our own letter, from its headers as the notification returns them."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        headers = str(first.get("Message-ID", "")) if isinstance(first, Message) else ""
    elif kind == "text/rfc822-headers":
        text = part.get_payload(decode=True)
        unfolded = re.sub(rb"\r?\n[ \t]+", b" ", text if isinstance(text, bytes) else b"")
        line = re.search(rb"^Message-ID:[^\r\n]*", unfolded, re.MULTILINE | re.IGNORECASE)
        headers = line[0].decode("ascii", "replace") if line else ""
    else:
        return ""
    found = REFERENCE.search(headers)
    return found[1] if found else ""
