"""The key service: what holds the root key keeps the content keys closed and marks public keys as our own.

Its interface is three verbs. Without a setting it is the files in `KEY_DIR`; with `KEY_SERVICE_URL` another machine
(an HSM, a KMS, a 密码机 behind a small gateway) that answers `POST /wrap`, `/unwrap` and `/sign` in JSON. It is asked
at the start and once for each public key, never while somebody waits for a page.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.error import URLError
from urllib.request import Request, urlopen

from shared.sealing import envelope
from shared.sealing.wraps import b64, unb64

SECONDS = 5


class KeyService(Protocol):
    """Whatever holds the root key."""

    def wrap(self, where: str, key: bytes) -> str:
        """A key as its file may hold it."""

    def unwrap(self, where: str, wrapped: str) -> bytes:
        """The key again; raises ValueError where it isn't one."""

    def sign(self, text: str) -> str:
        """A mark that nobody without the root key can make."""


class KeyServiceAway(Exception):
    """The key service doesn't answer, or doesn't let us in: nothing can start without it."""


@dataclass(frozen=True, slots=True)
class FileKeys:
    """The files themselves are the root: who can read them has the keys."""

    root: bytes = field(default=b"", repr=False)

    def wrap(self, where: str, key: bytes) -> str:
        """Plain hexadecimal, in a file that its owner alone can read."""
        return key.hex()

    def unwrap(self, where: str, wrapped: str) -> bytes:
        """The key; raises ValueError."""
        return bytes.fromhex(wrapped)

    def sign(self, text: str) -> str:
        """HMAC-SHA-256 under a key derived from the file's."""
        return hmac.new(envelope.derive(self.root, "sign"), text.encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class HttpKeys:
    """A key service on another machine; it authenticates us by a bearer token."""

    url: str
    token: str = field(repr=False)
    marks: dict[str, str] = field(default_factory=dict, repr=False)

    def wrap(self, where: str, key: bytes) -> str:
        """The key closed with the root key, which never leaves the service."""
        return self._ask("wrap", {"where": where, "key": b64(key)}, "wrapped")

    def unwrap(self, where: str, wrapped: str) -> bytes:
        """The key; raises ValueError, KeyServiceAway."""
        return unb64(self._ask("unwrap", {"where": where, "wrapped": wrapped}, "key"))

    def sign(self, text: str) -> str:
        """The service's mark, asked for once: a text has one mark."""
        if text not in self.marks:
            self.marks[text] = self._ask("sign", {"text": text}, "mark")
        return self.marks[text]

    def _ask(self, verb: str, told: Mapping[str, str], wanted: str) -> str:
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = Request(f"{self.url.rstrip('/')}/{verb}", json.dumps(told).encode(), head)  # noqa: S310 (http checked)
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 (the setting takes http and https only)  # nosec B310
                return str(json.load(answer)[wanted])
        except (URLError, OSError, KeyError, ValueError) as fault:
            reason = getattr(fault, "code", "") or type(fault).__name__
            raise KeyServiceAway(f"密钥服务没有应答 (the key service doesn't answer): {self.url} ({reason})") from None
