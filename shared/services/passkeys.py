"""Passkeys (WebAuthn): what the browser is asked, and whether its answer holds.

The library is read when somebody uses a passkey: most requests never do, and it takes a third of a second to start.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.second_factor import Passkey
from shared.services.second_factor import after_change

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 10
LONGEST_ANSWER = 20_000
NAME = "Huiyin"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser believes to be: the domain and the whole origin."""

    host: str
    origin: str


def challenge(keys: Keys, token: str, purpose: str, at: dt.datetime | None) -> bytes:
    """What the key must sign: bound to this session as it stands, so that an answer is worth nothing afterwards."""
    said = f"{crypto.token_id(token)}|{purpose}|{at.isoformat() if at else ''}"
    return hashlib.sha256(crypto.keyed_hash(keys, "passkey challenge", said).encode()).digest()


def creation(site: Site, person_id: int, username: str, asked: bytes) -> str:
    """The options for a new key, as the browser's API takes them."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=f"staff-{person_id}".encode(),
        user_name=username,
        challenge=asked,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,  # a second factor: the password names the person
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(person_id),
    )
    return webauthn.options_to_json(options)


def request(site: Site, person_id: int, asked: bytes) -> str:
    """The options for showing a key; '' where the person has none."""
    known = _known(person_id)
    if not known:
        return ""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=asked,
        allow_credentials=known,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def add(actor: Actor, site: Site, asked: bytes, answer: str, name: str, token: str, now: dt.datetime) -> None:
    """Keeps a new key; raises Refused('passkey_failed')."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    said = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=said, expected_challenge=asked, expected_rp_id=site.host, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError) as error:
        raise Refused("passkey_failed") from error
    with work() as session:
        held = session.scalar(select(func.count()).where(Passkey.person_id == actor.person_id)) or 0
        twice = session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
        if held >= MOST or twice is not None:
            raise Refused("passkey_failed")
        row = Passkey(person_id=actor.person_id or 0, credential_id=made.credential_id, created_at=now)
        row.public_key, row.sign_count = made.credential_public_key, made.sign_count
        row.name = name.strip()[:40]
        session.add(row)
        after_change(session, actor, token, now, "factor_added", {"what": "passkey"})


def show(person_id: int, site: Site, asked: bytes, answer: str, now: dt.datetime) -> None:
    """Takes a key's signature; raises Refused('passkey_failed'), also where a copy has been used before (§6.1.1)."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    said = _read(answer)
    with work() as session:
        raw = str(said.get("rawId", ""))
        own = select(Passkey).where(Passkey.person_id == person_id).with_for_update()
        row = next(
            (k for k in session.scalars(own) if webauthn.helpers.bytes_to_base64url(k.credential_id) == raw), None
        )
        if row is None:
            raise Refused("passkey_failed")
        try:
            shown = webauthn.verify_authentication_response(
                credential=said,
                expected_challenge=asked,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
            )
        except (WebAuthnException, ValueError) as error:
            raise Refused("passkey_failed") from error
        row.sign_count, row.used_at = shown.new_sign_count, now


def drop(actor: Actor, passkey_id: int, token: str, now: dt.datetime) -> None:
    """Gives a key up."""
    with work() as session:
        own = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == actor.person_id)
        if session.scalar(own.returning(Passkey.id)) is not None:
            after_change(session, actor, token, now, "factor_removed", {"what": "passkey"})


def _known(person_id: int) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    with reading() as session:
        ids = session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id)).all()
        return [PublicKeyCredentialDescriptor(id=one) for one in ids]


def _read(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Refused("passkey_failed")
    return said
