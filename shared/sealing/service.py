"""The key service: what holds the root key wraps content keys with it and marks public keys as our own."""

from __future__ import annotations

import hmac
from typing import Protocol

from shared.crypto import Keys
from shared.sealing import envelope


class KeyService(Protocol):
    """Files in `KEY_DIR`, or a service on another machine (an HSM, a KMS, a 密码机 behind a small gateway)."""

    def wrap(self, where: str, key: bytes) -> str:
        """The key closed with the root key, for one place."""
        ...

    def unwrap(self, where: str, wrapped: str) -> bytes:
        """What was wrapped for this place; raises Unreadable."""
        ...

    def sign(self, text: str) -> str:
        """A mark that nobody without the root key can make."""
        ...


class FileKeys:
    """The root key is a file: the installation's content key also stands for it."""

    def __init__(self, keys: Keys) -> None:
        self.key = keys.current("content")[1]
        self.profile = keys.profile

    def wrap(self, where: str, key: bytes) -> str:
        """Closed with a key derived from the file."""
        return envelope.close(self._root(), where, key, self.profile, blur=False).hex()

    def unwrap(self, where: str, wrapped: str) -> bytes:
        """Opened likewise; raises Unreadable."""
        return envelope.open_(self._root(), where, bytes.fromhex(wrapped), blur=False)

    def sign(self, text: str) -> str:
        """HMAC-SHA-256 under a key derived from the file."""
        return hmac.new(envelope.derive(self.key, "sign"), text.encode(), "sha256").hexdigest()

    def _root(self) -> bytes:
        return envelope.derive(self.key, "root")
