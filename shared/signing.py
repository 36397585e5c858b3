"""The key that signs checkpoints: read by the process that makes them, never by the web's."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.crypto import KeyFault, KeysUnusable

NAME = "checkpoint"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key and its public half in hex."""

    public: str
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, text: str) -> str:
        """The signature in hex."""
        return self._private.sign(text.encode()).hex()


def load(folder: Path, *, create: bool) -> Signer:
    """The key in `folder`/checkpoint, 64 hex digits; raises KeysUnusable. With `create` a missing one is made."""
    path = folder / NAME
    if create and not path.exists():
        _create(path)
    try:
        if path.stat().st_mode & 0o077:
            raise KeysUnusable([KeyFault(path, "readable_by_others")])
        seed = bytes.fromhex(path.read_text("ascii"))
        private = Ed25519PrivateKey.from_private_bytes(seed)
    except FileNotFoundError:
        raise KeysUnusable([KeyFault(path, "missing")]) from None
    except OSError:
        raise KeysUnusable([KeyFault(path, "closed")]) from None
    except ValueError:
        raise KeysUnusable([KeyFault(path, "damaged")]) from None
    return Signer(private.public_key().public_bytes_raw().hex(), private)


def is_signed(public: str, text: str, signature: str) -> bool:
    """Whether the signature over this text was made with the key of this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_bytes(SEED_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)  # two processes may start at once: the first one's key stands, whole
    draft.unlink()
