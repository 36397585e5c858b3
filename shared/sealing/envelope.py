"""An envelope: data closed with one key for one place, its algorithm, key id and padded length known to all.

`1 | algorithm | key id (4) | nonce (12) | data and tag`. Version, algorithm and key id are authenticated together with
the place, so that an envelope moved to another row, column, key or algorithm doesn't open.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
AES_256_GCM, SM4_GCM = 1, 2
ALGORITHM = {"international": AES_256_GCM, "sm": SM4_GCM}
"""By the setting CRYPTO_PROFILE; either profile opens what the other one closed."""
KNOWN = (bytes((VERSION, AES_256_GCM)), bytes((VERSION, SM4_GCM)))
KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
HEAD_BYTES = 2 + ID_BYTES
START = HEAD_BYTES + NONCE_BYTES


class Unreadable(Exception):
    """A sealed field was changed, belongs to another place, or its key is not here."""


@lru_cache(maxsize=256)
def key_id(key: bytes) -> str:
    """A fingerprint of a key, so that a damaged copy shows and an envelope names the key it wants."""
    return hashlib.sha256(b"huiyin key id|" + key).hexdigest()[: 2 * ID_BYTES]


def key_id_of(sealed: bytes) -> str:
    """The id of the key that an envelope wants."""
    return sealed[2:HEAD_BYTES].hex()


def profile_of(sealed: bytes) -> str:
    """The profile whose algorithms an envelope names."""
    return "sm" if sealed[1:2] == bytes((SM4_GCM,)) else "international"


def derive(secret: bytes, purpose: str, profile: str = "international", length: int = KEY_BYTES) -> bytes:
    """A key of its own for each purpose; with SM3 instead of SHA-256 in the sm profile."""
    digest = hashes.SM3() if profile == "sm" else hashes.SHA256()
    return HKDF(digest, length=length, salt=None, info=f"huiyin|{purpose}".encode()).derive(secret)


def close(key: bytes, where: str, data: bytes, profile: str = "international", *, blur: bool = True) -> bytes:
    """Encrypts `data` for one place (`table|column|case id`); `blur` hides its length up to a step."""
    nonce, algorithm = os.urandom(NONCE_BYTES), ALGORITHM[profile]
    head = bytes((VERSION, algorithm)) + bytes.fromhex(key_id(key))
    plain, bound = _padded(data) if blur else data, head + f"|{where}".encode()
    if algorithm == SM4_GCM:
        return head + nonce + _sm4(key, nonce, plain, bound)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def open_(key: bytes, where: str, sealed: bytes, *, blur: bool = True) -> bytes:
    """What was closed with this key for this place; raises Unreadable for anything else."""
    head, nonce, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:START], sealed[START:]
    if head[:2] not in KNOWN or len(rest) < TAG_BYTES or key_id_of(sealed) != key_id(key):
        raise Unreadable
    bound = head + f"|{where}".encode()
    try:
        plain = _sm4_back(key, nonce, rest, bound) if head[1] == SM4_GCM else AESGCM(key).decrypt(nonce, rest, bound)
    except InvalidTag:
        raise Unreadable from None
    return plain.rstrip(b"\0")[:-1] if blur else plain


def _sm4(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """SM4 takes 128 bits (GB/T 32907): derived, for one key must not serve two ciphers."""
    made = Cipher(SM4(derive(key, "sm4", "sm", 16)), GCM(nonce)).encryptor()
    made.authenticate_additional_data(bound)
    return made.update(plain) + made.finalize() + made.tag


def _sm4_back(key: bytes, nonce: bytes, rest: bytes, bound: bytes) -> bytes:
    cipher, tag = rest[:-TAG_BYTES], rest[-TAG_BYTES:]
    made = Cipher(SM4(derive(key, "sm4", "sm", 16)), GCM(nonce, tag)).decryptor()
    made.authenticate_additional_data(bound)
    return made.update(cipher) + made.finalize()


def _padded(data: bytes) -> bytes:
    """Mark the end, then fill up to 64 bytes or to the next 256: a name's length would narrow down who it is."""
    size = len(data) + 1
    step = 64 if size <= 64 else 256
    return data + b"\x01" + bytes(-size % step)
