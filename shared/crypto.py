"""Keys, the access code's hash, sealed fields, staff passwords and session tokens: all cryptography is here."""

import base64
import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from shared import clock
from shared.hash_line import Busy, hash_place, hash_slot
from shared.sealing import boxes, envelope, keyfiles, quarters
from shared.sealing.envelope import Unreadable
from shared.sealing.service import FileKeys, KeyService

__all__ = ["Busy", "KeyFault", "Keys", "KeysUnusable", "Unreadable", "hash_place"]

KEY_NAMES = ("pepper", "content", "events", "staff", keyfiles.PUBLIC)
LATER_NAMES = ("identity", "contact", "escrow.pub")
"""Read where they exist: the keys of rows from before 0005-sealed-identity, and whom group keys are deposited with."""
KEY_BYTES = 32
SEALED_PURPOSES = ("identity", "contact", "content", "staff")

# Access codes carry 50 random bits and a pepper, so the smaller set suffices; staff passwords get the larger one.
_codes = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_passwords = PasswordHasher()


class KeyFault(NamedTuple):
    """One key file that can't be used: missing, closed, readable_by_others or damaged."""

    path: Path
    problem: str


_REMEDIES = {
    "missing": "缺少 (missing)：请从密钥备份恢复 (restore it from the backup of the keys)",
    "closed": "本程序无权读取 (this process may not read it)：chown",
    "readable_by_others": "别的用户可以读 (others can read it)：chmod 600",
    "damaged": "内容损坏 (damaged)：请从密钥备份恢复 (restore it from the backup of the keys)",
}


class KeysUnusable(Exception):
    """The start is refused; `faults` holds every key file that needs a hand, not only the first."""

    def __init__(self, faults: list[KeyFault]) -> None:
        super().__init__("\n".join(f"{fault.path}: {_REMEDIES[fault.problem]}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Keys:
    """The keys this process holds; each ring maps key id to key, its first entry is the one to use for new data."""

    rings: Mapping[str, Mapping[str, bytes]] = field(repr=False)
    profile: str = field(default="international", repr=False)
    """Which algorithms close what is new."""
    service: KeyService | None = field(default=None, repr=False, compare=False)
    """Who holds the root key, where it isn't these files."""

    def current(self, name: str) -> tuple[str, bytes]:
        """Id and key for new data."""
        return next(iter(self.rings[name].items()))

    def older(self, name: str, key_id: str) -> bytes | None:
        """The key with this id, or None if it is no longer kept."""
        return self.rings[name].get(key_id)


def load_keys(
    folder: Path,
    *,
    create: bool,
    worker: Path | None = None,
    profile: str = "international",
    service: KeyService | None = None,
) -> Keys:
    """The keys in `folder`, one file per name, a line `id key` per key, newest first; raises KeysUnusable.

    With `create` (demo and tests only) missing files are made. In production a missing key means that
    data can't be opened any more, so a new one must never quietly take its place. `worker` is where the notifier's
    private key belongs; it isn't loaded here.
    """
    if create:
        _create_missing(folder, service)
        keyfiles.ensure(folder, worker or folder / "worker")
    rings: dict[str, dict[str, bytes]] = {}
    faults = []
    for name in (*KEY_NAMES, *(name for name in LATER_NAMES if (folder / name).exists())):
        ring, problem = _read_ring(folder / name, service if name == "content" else None)
        rings[name] = ring
        if problem:
            faults.append(KeyFault(folder / name, problem))
    rings[quarters.RING] = {}
    for path in quarters.files(folder):
        ring, problem = _read_ring(path, service)
        rings[f"{quarters.FOLDER}/{path.name}"] = ring
        rings[quarters.RING] = {**rings[quarters.RING], **ring}
        if problem:
            faults.append(KeyFault(path, problem))
    if faults:
        raise KeysUnusable(faults)
    return Keys(rings, profile, service)


def load_notifier(worker: Path) -> Mapping[str, bytes]:
    """The notifier's private keys by the id of their public ones, for the worker process; raises KeysUnusable."""
    ring, problem = _read_ring(worker / keyfiles.PRIVATE)
    if problem:
        raise KeysUnusable([KeyFault(worker / keyfiles.PRIVATE, problem)])
    return {envelope.key_id(boxes.public_of(private)): private for private in ring.values()}


def new_key_line(service: KeyService | None = None) -> str:
    """A fresh key as its file holds it; the id is a fingerprint, so that a damaged copy shows."""
    key = secrets.token_bytes(KEY_BYTES)
    return f"{envelope.key_id(key)} {(service or FileKeys()).wrap('content', key)}\n"


def hash_quickly(keys: Keys, receipt_no: str, code: str) -> str:
    """The access code as stored in the submit transaction: keyed, but not yet slow (`harden` follows in a job)."""
    key_id, pepper = keys.current("pepper")
    return f"hmac${key_id}${_code_mac(pepper, receipt_no, code)}"


def harden(stored: str) -> str:
    """Argon2id over the quick hash, which it replaces; needs no plain code; a hardened one stays; raises Busy."""
    form, key_id, rest = stored.split("$", 2)
    if form == "argon2id":
        return stored
    with hash_slot():
        return f"argon2id${key_id}{_codes.hash(rest)}"


def code_matches(keys: Keys, stored: str | None, receipt_no: str, code: str) -> bool:
    """Whether the code fits; exactly one Argon2id runs, so that unknown and wrong take the same time; raises Busy."""
    form, key_id, rest = (stored or "none$$").split("$", 2)
    pepper = keys.older("pepper", key_id)
    mac = _code_mac(pepper or keys.current("pepper")[1], receipt_no, code)
    hardened = _verified(_codes, "$" + rest if form == "argon2id" else None, mac)
    quick = hmac.compare_digest(rest.encode(), mac.encode()) and form == "hmac"
    return pepper is not None and (hardened or quick)


def hash_password(password: str) -> str:
    """Argon2id of a staff password, folded so that every keyboard and input method gives the same; raises Busy."""
    with hash_slot():
        return _passwords.hash(_folded(password))


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account (None) takes the same time; raises Busy."""
    return _verified(_passwords, stored, _folded(password))


def token() -> str:
    """256 random bits for a session or a link."""
    return secrets.token_urlsafe(32)


def token_id(token: str) -> str:
    """What is stored of a token: enough to find its row, useless to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(keys: Keys, purpose: str, text: str) -> str:
    """A hash that nobody without the pepper can test guesses against; different for each purpose."""
    return _mac(keys.current("pepper")[1], purpose, text)


def password_key(keys: Keys, password: str, salt: bytes, pepper_id: str = "") -> tuple[str, bytes]:
    """Pepper id and a key made of a staff password, which needs the pepper too; raises Busy, Unreadable."""
    current, pepper = keys.current("pepper")
    if pepper_id and pepper_id != current:
        current, pepper = pepper_id, keys.older("pepper", pepper_id) or b""
    if not pepper:
        raise Unreadable
    secret = hmac.digest(pepper, b"officer key|" + _folded(password).encode(), "sha256")
    with hash_slot():
        key = hash_secret_raw(secret, salt, _codes.time_cost, _codes.memory_cost, 1, KEY_BYTES, Type.ID)
    return current, key


def seal(keys: Keys, purpose: str, where: str, data: bytes) -> bytes:
    """Encrypt `data` for one purpose and one place (`table|column|id`); the length is blurred."""
    return envelope.close(keys.current(_sealed(purpose))[1], f"{purpose}|{where}", data, keys.profile)


def unseal(keys: Keys, purpose: str, where: str, sealed: bytes) -> bytes:
    """What was sealed for this purpose and this place; raises Unreadable for anything else."""
    key = keys.rings.get(_sealed(purpose), {}).get(envelope.key_id_of(sealed))
    if key is None:
        raise Unreadable
    return envelope.open_(key, f"{purpose}|{where}", sealed)


def _create_missing(folder: Path, service: KeyService | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEY_NAMES:
        if name != keyfiles.PUBLIC and not (folder / name).exists():
            keyfiles.write_once(folder / name, new_key_line(service if name == "content" else None))
    (folder / quarters.FOLDER).mkdir(mode=0o700, exist_ok=True)
    for name in quarters.from_(clock.now().date()):
        if not (folder / quarters.FOLDER / name).exists():
            keyfiles.write_once(folder / quarters.FOLDER / name, new_key_line(service))


def _read_ring(path: Path, service: KeyService | None = None) -> tuple[dict[str, bytes], str]:
    try:
        if path.stat().st_mode & 0o077:
            return {}, "readable_by_others"
        lines = [line.split() for line in path.read_text("ascii").splitlines() if line.strip()]
        ring = {key_id: (service or FileKeys()).unwrap("content", key) for key_id, key in lines}
    except FileNotFoundError:
        return {}, "missing"
    except OSError:
        return {}, "closed"
    except ValueError:
        return {}, "damaged"
    sound = ring and all(len(key) == KEY_BYTES and envelope.key_id(key) == key_id for key_id, key in ring.items())
    return (ring, "") if sound else ({}, "damaged")


def _mac(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def _code_mac(pepper: bytes, receipt_no: str, code: str) -> str:
    return _mac(pepper, "access code", f"{receipt_no}|{code}")


def _verified(hasher: PasswordHasher, stored: str | None, secret: str) -> bool:
    with hash_slot():
        try:
            return hasher.verify(stored or _unmatched(hasher), secret)
        except (VerificationError, InvalidHashError):
            return False


def _unmatched(hasher: PasswordHasher) -> str:
    """A well-formed hash of nothing known: verifying against it costs what a real one costs and fails."""
    salt, digest = (base64.b64encode(os.urandom(n)).decode().rstrip("=") for n in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _sealed(purpose: str) -> str:
    if purpose not in SEALED_PURPOSES:
        raise ValueError(f"nothing is sealed for {purpose}")
    return purpose
