"""What a citizen can prove (存证): that this complaint, with this text, was on record on this day (promises 1.9).

The code (存证码) is a fingerprint of a secret salt, the receipt number, the day and the text. The day's codes are the
leaves of a tree whose root is published; a proof is the path from the code to that root. This module needs nothing but
the standard library, so that anybody can check a proof with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from shared.domain import merkle

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread; what is typed for them is understood."""
CODE_BYTES, SALT_BYTES = 20, 15
CODE_LETTERS = CODE_BYTES * 8 // 5
SMALLEST_TREE = 64
LONGEST_PATH = 40
HEAD = "huiyin-proof 1"
_MISREAD = str.maketrans("ILO", "110")


def salt_of(key: bytes, case_id: int, receipt_no: str) -> bytes:
    """The case's salt: on the receipt, and nowhere in the database, so that nobody tests guesses with it."""
    return hmac.new(key, f"salt|{case_id}|{receipt_no}".encode(), hashlib.sha256).digest()[:SALT_BYTES]


def content_hash(*parts: str) -> bytes:
    """The fingerprint of what was written: whom it is about, what happened, what is asked for."""
    text = "\x00".join(part.replace("\r\n", "\n").strip() for part in parts)
    return hashlib.sha256(text.encode()).digest()


def code_of(salt: bytes, receipt_no: str, day: dt.date, content: bytes) -> str:
    """存证码: 160 bits in 32 letters, short enough to copy, too long for anybody to find a second text for."""
    made = hashlib.sha256(b"huiyin evidence|" + salt + f"|{receipt_no}|{day.isoformat()}|".encode() + content)
    return letters(made.digest()[:CODE_BYTES])


def letters(data: bytes) -> str:
    """Bytes as letters and digits that can be copied by hand; five bits each."""
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    return "".join(ALPHABET[number >> 5 * (count - 1 - at) & 31] for at in range(count))


def read_code(typed: str) -> str:
    """The code meant, '' if it can't be one; spaces, hyphens, width, case and a label don't matter."""
    folded = unicodedata.normalize("NFKC", typed[:200]).upper().translate(_MISREAD)
    found = "".join(char for char in folded if char in ALPHABET)
    return found if len(found) == CODE_LETTERS else ""


def leaf_of(code: str) -> bytes:
    """The leaf that stands for a code in the day's tree."""
    return merkle.leaf(code.encode())


@dataclass(frozen=True, slots=True)
class Proof:
    """The way from a code to a published root; `receipt_no`, `salt` and `content` open the code and may be left out."""

    institution: str
    day: dt.date
    code: str
    path: tuple[tuple[str, bytes], ...]
    root: bytes
    filed: dt.date | None = None
    receipt_no: str = ""
    salt: str = ""
    content: bytes = b""

    def leads_to_root(self) -> bool:
        """Whether the code is among the leaves under the root."""
        return merkle.climb(leaf_of(self.code), self.path) == self.root

    def opens(self, content: bytes | None = None) -> bool:
        """Whether the code was made of this receipt, day and text; `content` puts a text of one's own in its place."""
        if not (self.salt and self.receipt_no and self.filed):
            return False
        try:
            salt = _bytes_of(self.salt)
        except ValueError:
            return False
        return code_of(salt, self.receipt_no, self.filed, content or self.content) == self.code

    def as_text(self) -> str:
        """The lines that a machine reads."""
        opening = (
            [f"receipt {self.receipt_no}", f"filed {self.filed}", f"salt {self.salt}", f"content {self.content.hex()}"]
            if self.filed
            else []
        )
        steps = [f"path {side} {one.hex()}" for side, one in self.path]
        head = [HEAD, f"institution {self.institution}", f"day {self.day}", *opening, f"code {self.code}"]
        return "\n".join([*head, *steps, f"root {self.root.hex()}"]) + "\n"


def read_proof(text: str) -> Proof | None:
    """The proof in a text, whatever stands around it; None where there is none or it is damaged."""
    _, found, rest = text.replace("\r\n", "\n").partition(HEAD + "\n")
    if not found:
        return None
    said: dict[str, str] = {}
    path: list[tuple[str, bytes]] = []
    try:
        for line in rest.split("\n")[: LONGEST_PATH + 10]:
            name, _, value = line.strip().partition(" ")
            if name == "path":
                side, _, hashed = value.partition(" ")
                path.append(("L" if side == "L" else "R", bytes.fromhex(hashed)))
            elif name:
                said.setdefault(name, value.strip())
        return Proof(
            institution=said["institution"],
            day=dt.date.fromisoformat(said["day"]),
            code=read_code(said["code"]),
            path=tuple(path),
            root=bytes.fromhex(said["root"]),
            filed=dt.date.fromisoformat(said["filed"]) if "filed" in said else None,
            receipt_no=said.get("receipt", ""),
            salt=said.get("salt", ""),
            content=bytes.fromhex(said.get("content", "")),
        )
    except (KeyError, ValueError):
        return None


def _bytes_of(text: str) -> bytes:
    number = 0
    for char in text:
        number = number << 5 | ALPHABET.index(char)
    return number.to_bytes(len(text) * 5 // 8, "big")
