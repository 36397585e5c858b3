"""The public keys that an institution's new identities are closed for, each with a mark that only we can make."""

from __future__ import annotations

import hmac

from shared.crypto import Keys
from shared.models.institution import Institution
from shared.sealing.service import FileKeys


class ForeignKey(Exception):
    """A public key in the database isn't ours: whoever put it there would read what is closed for it."""


def publics(keys: Keys, place: Institution) -> dict[str, bytes]:
    """Public keys by group; raises ForeignKey where one has been slipped in."""
    found = {}
    for name, (public, mark) in (place.seals or {}).items():
        if not hmac.compare_digest(mark, _mark(keys, place.id, name, public)):
            raise ForeignKey(name)
        found[name] = bytes.fromhex(public)
    return found


def publish(keys: Keys, place: Institution, name: str, public: bytes) -> None:
    """Closes what is new for this key from now on."""
    place.seals = {**(place.seals or {}), name: [public.hex(), _mark(keys, place.id, name, public.hex())]}


def officer_mark(keys: Keys, person_id: int, public: bytes) -> str:
    """The mark of an officer's public key."""
    return FileKeys(keys).sign(f"officer|{person_id}|{public.hex()}")


def _mark(keys: Keys, institution_id: int, name: str, public: str) -> str:
    return FileKeys(keys).sign(f"group|{institution_id}|{name}|{public}")
