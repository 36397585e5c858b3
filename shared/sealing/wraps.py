"""The three keys of a case and the boxes that hold them, as they stand in the row they open.

`{"split": bool, "profile": name, "people": {group: [key id, box]}, "notifier": [key id, box], "content":
[key id, envelope]}`.
The keys for identity and contact are derived from one secret of the case. In a confidential case that secret is
s1 xor s2: one group has s1, the other s2, and neither alone knows anything. The notifier gets the contact key only.
Where a group has no key yet, its share waits with the notifier under `wait:<group>` until an officer has signed in.
"""

from __future__ import annotations

import os
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.sealing import boxes, envelope
from shared.sealing.envelope import Unreadable

Wraps = dict[str, Any]
INTAKE, APPROVER, ALARM = "intake", "approver", "alarm"
GROUPS = (INTAKE, APPROVER)
OTHER = {INTAKE: APPROVER, APPROVER: INTAKE}
WAIT = "wait:"


@dataclass(frozen=True, slots=True)
class DataKeys:
    """The data keys of one case."""

    identity: bytes = field(repr=False)
    contact: bytes = field(repr=False)


def keys_of(secret: bytes, profile: str) -> DataKeys:
    """The keys that the people in charge use, from the case's secret; nothing leads back from a key to the secret."""
    return DataKeys(envelope.derive(secret, "identity", profile), envelope.derive(secret, "contact", profile))


def make(
    case_id: int, groups: Mapping[str, bytes], notifier: bytes, *, split: bool, profile: str = "international"
) -> tuple[Wraps, DataKeys]:
    """New keys for a case, closed for the public keys of `groups` and of the notifier."""
    secret = os.urandom(envelope.KEY_BYTES)
    first = os.urandom(envelope.KEY_BYTES) if split else secret
    shares = {INTAKE: first, APPROVER: xor(secret, first) if split else secret}

    def box(public: bytes, name: str, what: bytes) -> list[str]:
        return [envelope.key_id(public), b64(boxes.close(public, where(case_id, name), what, profile))]

    people = {}
    for group, share in shares.items():
        if group in groups:
            people[group] = box(groups[group], group, share)
        else:
            people[WAIT + group] = box(notifier, WAIT + group, share)
    if split:  # danger to life: the notifier hands this share out, after the alarm has gone
        people[ALARM] = box(notifier, ALARM, shares[APPROVER])
    made = keys_of(secret, profile)
    told = box(notifier, "notifier", made.contact)
    return {"split": split, "profile": profile, "people": people, "notifier": told}, made


def opened(private: bytes, case_id: int, name: str, entry: list[str]) -> bytes:
    """The share or key in one box of a row; raises Unreadable where it isn't for this key."""
    return boxes.open_(private, where(case_id, name), unb64(entry[1]))


def closed(public: bytes, case_id: int, name: str, what: bytes, profile: str) -> list[str]:
    """A box for a row, anew."""
    return [envelope.key_id(public), b64(boxes.close(public, where(case_id, name), what, profile))]


def where(case_id: int, name: str) -> str:
    """The place that a box of a complainant's row is bound to."""
    return f"complainant|wraps.{name}|{case_id}"


def xor(one: bytes, other: bytes) -> bytes:
    """Both halves make the whole; raises Unreadable where they are of different length."""
    if len(one) != len(other):
        raise Unreadable
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def b64(data: bytes) -> str:
    """Bytes as JSON holds them."""
    return b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Bytes from JSON."""
    return a2b_base64(text)
