"""Keys, the access code's hash, sealed fields, staff passwords and session tokens: all cryptography is here."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_NAMES = ("pepper", "identity", "contact", "content", "events", "staff")
KEY_BYTES = 32
SEALED_PURPOSES = ("identity", "contact", "content", "staff")

ENVELOPE = 1
AES_256_GCM = 1
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = 2 + _ID_BYTES + _NONCE_BYTES

HASH_WAIT_SECONDS = 1.0
BUSY_RETRY_SECONDS = 3

# Access codes carry 50 random bits and a pepper, so the smaller set suffices; staff passwords get the larger one.
_codes = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_passwords = PasswordHasher()
# Each Argon2id takes 19 to 64 MiB: unbounded, a crowd at the door would take all memory.
_hash_slots = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))


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


class Busy(Exception):
    """Too many passwords are being hashed at once; ask the person to come back after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Unreadable(Exception):
    """A sealed field was changed, belongs to another place, or its key is not here."""


@dataclass(frozen=True)
class Keys:
    """The keys this process holds; each ring maps key id to key, its first entry is the one to use for new data."""

    rings: Mapping[str, Mapping[str, bytes]] = field(repr=False)

    def current(self, name: str) -> tuple[str, bytes]:
        """Id and key for new data."""
        return next(iter(self.rings[name].items()))

    def older(self, name: str, key_id: str) -> bytes | None:
        """The key with this id, or None if it is no longer kept."""
        return self.rings[name].get(key_id)


def load_keys(folder: Path, *, create: bool) -> Keys:
    """The keys in `folder`, one file per name, a line `id key` per key, newest first; raises KeysUnusable.

    With `create` (demo and tests only) missing files are made. In production a missing key means that
    data can't be opened any more, so a new one must never quietly take its place.
    """
    if create:
        _create_missing(folder)
    rings, faults = {}, []
    for name in KEY_NAMES:
        ring, problem = _read_ring(folder / name)
        rings[name] = ring
        if problem:
            faults.append(KeyFault(folder / name, problem))
    if faults:
        raise KeysUnusable(faults)
    return Keys(rings)


def new_key_line() -> str:
    """A fresh key as its file holds it; the id is a fingerprint, so that a damaged copy shows."""
    key = secrets.token_bytes(KEY_BYTES)
    return f"{_key_id(key)} {key.hex()}\n"


def hash_quickly(keys: Keys, receipt_no: str, code: str) -> str:
    """The access code as stored in the submit transaction: keyed, but not yet slow (`harden` follows in a job)."""
    key_id, pepper = keys.current("pepper")
    return f"hmac${key_id}${_code_mac(pepper, receipt_no, code)}"


def harden(stored: str) -> str:
    """Argon2id over the quick hash, which it replaces; needs no plain code; a hardened one stays; raises Busy."""
    form, key_id, rest = stored.split("$", 2)
    if form == "argon2id":
        return stored
    with _hash_slot():
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
    with _hash_slot():
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


def seal(keys: Keys, purpose: str, where: str, data: bytes) -> bytes:
    """Encrypt `data` for one purpose and one place (`table|column|id`); the length is blurred."""
    key_id, key = keys.current(_sealed(purpose))
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes((ENVELOPE, AES_256_GCM)) + bytes.fromhex(key_id)
    return head + nonce + AESGCM(key).encrypt(nonce, _padded(data), _bound(head, purpose, where))


def unseal(keys: Keys, purpose: str, where: str, sealed: bytes) -> bytes:
    """What was sealed for this purpose and this place; raises Unreadable for anything else."""
    head, nonce = sealed[: 2 + _ID_BYTES], sealed[2 + _ID_BYTES : _HEAD_BYTES]
    key = keys.older(_sealed(purpose), head[2:].hex())
    if key is None or head[:2] != bytes((ENVELOPE, AES_256_GCM)) or len(sealed) < _HEAD_BYTES:
        raise Unreadable
    try:
        padded = AESGCM(key).decrypt(nonce, sealed[_HEAD_BYTES:], _bound(head, purpose, where))
    except InvalidTag:
        raise Unreadable from None
    return padded.rstrip(b"\0")[:-1]


def _create_missing(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder / name for name in KEY_NAMES if not (folder / name).exists()):
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key_line())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)  # two processes may start at once: the first one's key stands, whole
        draft.unlink()


def _read_ring(path: Path) -> tuple[dict[str, bytes], str]:
    try:
        if path.stat().st_mode & 0o077:
            return {}, "readable_by_others"
        lines = [line.split() for line in path.read_text("ascii").splitlines() if line.strip()]
        ring = {key_id: bytes.fromhex(key) for key_id, key in lines}
    except FileNotFoundError:
        return {}, "missing"
    except OSError:
        return {}, "closed"
    except ValueError:
        return {}, "damaged"
    sound = ring and all(len(key) == KEY_BYTES and _key_id(key) == key_id for key_id, key in ring.items())
    return (ring, "") if sound else ({}, "damaged")


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"huiyin key id|" + key).hexdigest()[: 2 * _ID_BYTES]


def _mac(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def _code_mac(pepper: bytes, receipt_no: str, code: str) -> str:
    return _mac(pepper, "access code", f"{receipt_no}|{code}")


def _verified(hasher: PasswordHasher, stored: str | None, secret: str) -> bool:
    with _hash_slot():
        try:
            return hasher.verify(stored or _unmatched(hasher), secret)
        except (VerificationError, InvalidHashError):
            return False


def _unmatched(hasher: PasswordHasher) -> str:
    """A well-formed hash of nothing known: verifying against it costs what a real one costs and fails."""
    salt, digest = (base64.b64encode(os.urandom(n)).decode().rstrip("=") for n in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


@contextmanager
def _hash_slot() -> Iterator[None]:
    if not _hash_slots.acquire(timeout=HASH_WAIT_SECONDS):
        raise Busy(BUSY_RETRY_SECONDS)
    try:
        yield
    finally:
        _hash_slots.release()


def _folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _sealed(purpose: str) -> str:
    if purpose not in SEALED_PURPOSES:
        raise ValueError(f"nothing is sealed for {purpose}")
    return purpose


def _bound(head: bytes, purpose: str, where: str) -> bytes:
    return head + f"|{purpose}|{where}".encode()


def _padded(data: bytes) -> bytes:
    """Mark the end, then fill up to 64 bytes or to the next 256: a name's length would narrow down who it is."""
    size = len(data) + 1
    step = 64 if size <= 64 else 256
    return data + b"\x01" + bytes(-size % step)
