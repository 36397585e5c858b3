"""An officer's own key pair: the private key opens with the officer's password, and while signed in with the cookie."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from shared import crypto
from shared.crypto import Keys
from shared.sealing import boxes, envelope
from shared.sealing.envelope import Unreadable

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Officer:
    """What a row keeps of an officer's pair, and the private key while it is at hand."""

    public: bytes
    salt: bytes
    wrapped: bytes
    pepper_id: str
    private: bytes = field(repr=False)


def make(keys: Keys, password: str) -> Officer:
    """A new pair for an officer; raises crypto.Busy."""
    return wrap(keys, boxes.new_private(), password)


def wrap(keys: Keys, private: bytes, password: str) -> Officer:
    """The same pair under a new password; raises crypto.Busy."""
    public, salt = boxes.public_of(private), os.urandom(SALT_BYTES)
    pepper_id, key = crypto.password_key(keys, password, salt)
    wrapped = envelope.close(key, _place(public), private, keys.profile, blur=False)
    return Officer(public, salt, wrapped, pepper_id, private)


def unwrap(keys: Keys, password: str, public: bytes, salt: bytes, wrapped: bytes, pepper_id: str) -> bytes:
    """The private key; raises Unreadable where the password isn't the one, crypto.Busy when the house is full."""
    _, key = crypto.password_key(keys, password, salt, pepper_id)
    return envelope.open_(key, _place(public), wrapped, blur=False)


def for_session(private: bytes | None, token: str, profile: str = "international") -> bytes | None:
    """The private key as the session's row keeps it: only the cookie's token opens it, the row has the hash alone."""
    if private is None:
        return None
    return envelope.close(_token_key(token), _session_place(token), private, profile, blur=False)


def from_session(sealed: bytes | None, token: str) -> bytes:
    """The private key of a signed-in officer; raises Unreadable where the session has none."""
    if sealed is None:
        raise Unreadable
    return envelope.open_(_token_key(token), _session_place(token), sealed, blur=False)


def moved(sealed: bytes | None, old: str, new: str) -> bytes | None:
    """The session's key under a new token, for a session that gets a new id."""
    return None if sealed is None else for_session(from_session(sealed, old), new)


def _token_key(token: str) -> bytes:
    return envelope.derive(token.encode(), "staff session")


def _session_place(token: str) -> str:
    return f"staff_session|sealed_key|{crypto.token_id(token)}"


def _place(public: bytes) -> str:
    return f"officer_key|wrapped|{public.hex()}"
