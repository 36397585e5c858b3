"""The public keys that an institution's new identities are closed for, each with a mark that only we can make."""

from __future__ import annotations

import hmac

from shared.crypto import Keys
from shared.models.institution import Institution
from shared.models.key_group import OfficerKey
from shared.sealing.service import FileKeys, KeyService


class ForeignKey(Exception):
    """A public key in the database isn't ours: whoever put it there would read what is closed for it."""


def publics(keys: Keys, place: Institution) -> dict[str, bytes]:
    """Public keys by group; raises ForeignKey where one has been slipped in."""
    found = {}
    for name, (public, mark) in (place.seals or {}).items():
        if not _ours(keys, _group(place.id, name, public), mark):
            raise ForeignKey(name)
        found[name] = bytes.fromhex(public)
    return found


def publish(keys: Keys, place: Institution, name: str, public: bytes) -> None:
    """Closes what is new for this key from now on."""
    mark = _services(keys)[0].sign(_group(place.id, name, public.hex()))
    place.seals = {**(place.seals or {}), name: [public.hex(), mark]}


def renew(keys: Keys, place: Institution) -> None:
    """Marks an institution's keys anew, before the key that made the marks is put away; raises ForeignKey."""
    for name, public in publics(keys, place).items():
        publish(keys, place, name, public)


def officer_mark(keys: Keys, person_id: int, public: bytes) -> str:
    """The mark of an officer's public key."""
    return _services(keys)[0].sign(_officer(person_id, public))


def genuine(keys: Keys, row: OfficerKey) -> bool:
    """Whether an officer's public key bears our mark."""
    return _ours(keys, _officer(row.person_id, row.public), row.mark)


def _ours(keys: Keys, text: str, mark: str) -> bool:
    return any(hmac.compare_digest(service.sign(text), mark) for service in _services(keys))


def _services(keys: Keys) -> list[KeyService]:
    """Who may have made a mark, the one for new marks first: a key that is being changed still counts."""
    if keys.service is not None:
        return [keys.service]
    return [FileKeys(key) for key in keys.rings["content"].values()]


def _group(institution_id: int, name: str, public: str) -> str:
    return f"group|{institution_id}|{name}|{public}"


def _officer(person_id: int, public: bytes) -> str:
    return f"officer|{person_id}|{public.hex()}"
