"""A box: what anybody may close for a public key, and only the holder of its private key can open (X25519)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from shared.sealing import envelope
from shared.sealing.envelope import Unreadable

PUBLIC_BYTES = 32


def new_private() -> bytes:
    """A private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def close(public: bytes, where: str, secret: bytes, profile: str = "international") -> bytes:
    """Closes a key or a share for one place; the sender keeps nothing with which to open it again."""
    passing = X25519PrivateKey.generate()
    shared = passing.exchange(X25519PublicKey.from_public_bytes(public))
    mark = passing.public_key().public_bytes_raw()
    return mark + envelope.close(_key(shared, mark, public, profile), where, secret, profile, blur=False)


def open_(private: bytes, where: str, box: bytes) -> bytes:
    """What was closed for this key and this place; raises Unreadable for anything else."""
    mark, rest = box[:PUBLIC_BYTES], box[PUBLIC_BYTES:]
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(mark))
    except ValueError:  # cut short, or a point of low order
        raise Unreadable from None
    key = _key(shared, mark, public_of(private), envelope.profile_of(rest))
    return envelope.open_(key, where, rest, blur=False)


def _key(shared: bytes, mark: bytes, public: bytes, profile: str) -> bytes:
    """Both public keys go in, so that a box holds for this pair alone."""
    return envelope.derive(shared + mark + public, "box", profile)
