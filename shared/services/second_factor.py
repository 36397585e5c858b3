"""The second factor of staff: an authenticator app (RFC 6238), recovery codes, passkeys (WebAuthn)."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.throttle import Lock
from shared.domain.visibility import Actor
from shared.models.person import Person, StaffSession
from shared.models.second_factor import Passkey, RecoveryCode
from shared.services import admin_acts
from shared.services.throttling import count_try, forgive

ISSUER = "Huiyin"
STEP_SECONDS, NEIGHBOURS = 30, (0, -1, 1)
RECOVERY_CODES, RECOVERY_LETTERS = 10, 24
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up."""

    app: bool
    passkeys: list[Passkey]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a second factor is asked for at the sign-in."""
        return self.app or bool(self.passkeys)


def has_any(session: Session, person_id: int) -> bool:
    """Whether the person has a second factor."""
    keys = select(Passkey.id).where(Passkey.person_id == Person.id).exists()
    query = select(Person.id).where(Person.id == person_id, or_(Person.second_factor.is_not(None), keys))
    return session.scalar(query) is not None


def factors_of(person_id: int) -> Factors:
    """What the person has set up."""
    with reading() as session:
        app = session.scalar(select(Person.second_factor.is_not(None)).where(Person.id == person_id))
        keys = session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()
        left = session.scalar(select(func.count()).where(RecoveryCode.person_id == person_id))
        return Factors(bool(app), list(keys), left or 0)


def new_secret() -> str:
    """A secret for an authenticator app, 160 bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def set_up_app(actor: Actor, secret: str, code: str, token: str, keys: Keys, now: dt.datetime) -> list[str]:
    """Takes an app into use once it shows a right code; returns fresh recovery codes, to be shown this once.

    Raises Refused('wrong_code', field='code') or Refused('wait', seconds).
    """
    person_id = actor.person_id or 0
    _count(person_id, keys, now, None)
    step = _step_of(secret, code, now)
    if step is None:
        raise Refused("wrong_code", field="code")
    sealed = crypto.seal(keys, "staff", _place(person_id), secret.encode())
    with work() as session:
        values = {"second_factor": sealed, "factor_step": step}
        session.execute(update(Person).where(Person.id == person_id).values(**values))
        codes = _fresh_codes(session, person_id, keys)
        after_change(session, actor, token, now, "factor_added", {"what": "app"})
    forgive(_throttle_key(person_id, keys))
    return codes


def after_change(
    session: Session, actor: Actor, token: str, now: dt.datetime, kind: str, facts: dict[str, str]
) -> None:
    """A factor came or went: it goes on record, and every other session of the person ends."""
    admin_acts.note(session, actor, now, kind, person_id=actor.person_id, facts=facts)
    others = StaffSession.person_id == actor.person_id, StaffSession.id != crypto.token_id(token)
    session.execute(delete(StaffSession).where(*others))


def new_codes(actor: Actor, keys: Keys, now: dt.datetime) -> list[str]:
    """Ten new recovery codes; those given before no longer work."""
    with work() as session:
        admin_acts.note(session, actor, now, "codes_renewed", person_id=actor.person_id)
        return _fresh_codes(session, actor.person_id or 0, keys)


def drop_app(actor: Actor, token: str, now: dt.datetime) -> None:
    """Gives the app up."""
    with work() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(second_factor=None))
        after_change(session, actor, token, now, "factor_removed", {"what": "app"})


def check_code(person_id: int, code: str, keys: Keys, now: dt.datetime, lock: Lock | None = None) -> None:
    """Takes a code of the app or a recovery code, each once.

    Raises Refused('wrong_code', field='code') or Refused('wait', seconds).
    """
    _count(person_id, keys, now, lock)
    typed = "".join(code.split()).replace("-", "").casefold()
    number = typed.isascii() and typed.isdigit()
    right = _spend_step(person_id, typed, keys, now) if number else _spend_recovery(person_id, typed, keys)
    if not right:
        raise Refused("wrong_code", field="code")
    forgive(_throttle_key(person_id, keys))


def _spend_step(person_id: int, typed: str, keys: Keys, now: dt.datetime) -> bool:
    with work() as session:
        sealed = session.scalar(select(Person.second_factor).where(Person.id == person_id))
        if sealed is None:
            return False
        try:
            secret = crypto.unseal(keys, "staff", _place(person_id), sealed).decode()
        except crypto.Unreadable:
            return False  # somebody put another person's secret here: it opens nothing
        step = _step_of(secret, typed, now)
        if step is None:
            return False
        fresh = or_(Person.factor_step.is_(None), Person.factor_step < step)
        spent = update(Person).where(Person.id == person_id, fresh).values(factor_step=step).returning(Person.id)
        return session.scalar(spent) is not None  # nothing: somebody has used this very code before


def _spend_recovery(person_id: int, typed: str, keys: Keys) -> bool:
    with work() as session:
        hashed = _recovery_hash(person_id, typed, keys)
        spent = delete(RecoveryCode).where(RecoveryCode.code_hash == hashed, RecoveryCode.person_id == person_id)
        return session.scalar(spent.returning(RecoveryCode.person_id)) is not None


def _step_of(secret: str, code: str, now: dt.datetime) -> int | None:
    """The time step whose code this is: the present one or a neighbour, for clocks that are a little off."""
    otp, typed = pyotp.TOTP(secret), "".join(code.split())
    step = int(now.timestamp()) // STEP_SECONDS
    found = [
        s
        for s in (step + n for n in NEIGHBOURS)
        if hmac.compare_digest(otp.generate_otp(s), typed.encode("ascii", "replace").decode())
    ]
    return found[0] if found else None


def _fresh_codes(session: Session, person_id: int, keys: Keys) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_recovery_hash(person_id, c, keys), person_id=person_id) for c in codes)
    return ["-".join(c[at : at + 4] for at in range(0, RECOVERY_LETTERS, 4)) for c in codes]


def _recovery_hash(person_id: int, code: str, keys: Keys) -> str:
    # 118 random bits, and a key outside the database: nobody tries them out, so the hash need not be slow (ASVS 6.5.2).
    return crypto.keyed_hash(keys, "recovery code", f"{person_id}|{code}")


def _count(person_id: int, keys: Keys, now: dt.datetime, lock: Lock | None) -> None:
    count_try(_throttle_key(person_id, keys), now, lock)


def _throttle_key(person_id: int, keys: Keys) -> str:
    return crypto.keyed_hash(keys, "second factor", str(person_id))


def _place(person_id: int) -> str:
    return f"person|second_factor|{person_id}"
