"""The key of what people wrote about a case, its envelopes, and the quarter's key under which all of it stands.

A case's key is wrapped by the key of the quarter and bound to its receipt number; an envelope is bound to that key, to
its table and its column. Words that belong to no case or to many, and a file's name, which is there before its case:
the quarter's key closes them, bound to the row's own mark.
"""

from __future__ import annotations

import os
from functools import lru_cache

from shared import clock, crypto
from shared.crypto import Keys
from shared.sealing import envelope, quarters
from shared.sealing.envelope import Unreadable
from shared.sealing.wraps import b64, unb64


def open_cell(key: bytes, place: str, cell: str) -> str:
    """The words of one envelope; raises Unreadable."""
    try:
        return envelope.open_(key, place, unb64(cell)).decode()
    except ValueError:
        raise Unreadable from None


def close_cell(keys: Keys, key: bytes, place: str, words: str) -> str:
    """An envelope as a row holds it; nothing said stays nothing."""
    return b64(envelope.close(key, place, words.encode(), keys.profile)) if words else ""


def close_own(keys: Keys, place: str, mark: str, words: str) -> str:
    """Words of a row that stands under no case's key."""
    return close_cell(keys, this_quarter(keys), f"{place}|{mark}", words)


def open_own(keys: Keys, place: str, mark: str, cell: str) -> str:
    """Those words again; raises Unreadable."""
    return open_cell(_wrapping(keys, cell), f"{place}|{mark}", cell) if cell else ""


def new_key(keys: Keys, receipt_no: str) -> tuple[bytes, str]:
    """A key for the words of a case, and its wrap."""
    key = os.urandom(envelope.KEY_BYTES)
    return key, wrap(keys, key, receipt_no)


def wrap(keys: Keys, key: bytes, receipt_no: str) -> str:
    """A case's key closed with this quarter's."""
    return b64(envelope.close(this_quarter(keys), _place(receipt_no), key, keys.profile, blur=False))


def key_of(keys: Keys, wrapped: str, receipt_no: str) -> bytes:
    """A case's key out of its wrap; raises Unreadable."""
    return _unwrapped(_wrapping(keys, wrapped), wrapped, receipt_no)


def this_quarter(keys: Keys) -> bytes:
    """The key that closes what is new."""
    return quarters.current(keys.rings, clock.now().date())[1]


def _wrapping(keys: Keys, wrapped: str) -> bytes:
    """The quarter's key that an envelope wants; raises Unreadable where it is destroyed."""
    try:
        return keys.rings[quarters.RING][_wanted(wrapped)]
    except (KeyError, ValueError):
        raise Unreadable from None


@lru_cache(maxsize=256)
def _wanted(wrapped: str) -> str:
    """The id of the quarter's key that an envelope wants; raises ValueError for what is none."""
    return envelope.key_id_of(unb64(wrapped))


@lru_cache(maxsize=256)
def _unwrapped(wrapping: bytes, wrapped: str, receipt_no: str) -> bytes:
    """A page reads many cells of one case."""
    return envelope.open_(wrapping, _place(receipt_no), unb64(wrapped), blur=False)


def outer(keys: Keys, where: str, sealed: bytes) -> bytes:
    """One more envelope, with this quarter's key."""
    return envelope.close(this_quarter(keys), where, sealed, keys.profile, blur=False)


def inner(keys: Keys, where: str, sealed: bytes) -> bytes:
    """What is inside of `outer`, or the same where it is from before; raises Unreadable."""
    wrapping = keys.rings[quarters.RING].get(envelope.key_id_of(sealed))
    return envelope.open_(wrapping, where, sealed, blur=False) if wrapping else sealed


def new_search_key(keys: Keys, slug: str) -> str:
    """A key for the words in an institution's search index, closed with the web's content key."""
    return b64(crypto.seal(keys, "content", _index(slug), os.urandom(envelope.KEY_BYTES)))


def search_key(keys: Keys, slug: str, wrapped: str) -> bytes:
    """The key of a search index out of its wrap; raises Unreadable."""
    return crypto.unseal(keys, "content", _index(slug), unb64(wrapped))


def renewed_search_key(keys: Keys, slug: str, wrapped: str) -> str:
    """The wrap of a search key under the newest content key; the same where it is already. Raises Unreadable."""
    if envelope.key_id_of(unb64(wrapped)) == keys.current("content")[0]:
        return wrapped
    return b64(crypto.seal(keys, "content", _index(slug), search_key(keys, slug, wrapped)))


def _index(slug: str) -> str:
    return f"institution|search_key|{slug}"


def _place(receipt_no: str) -> str:
    return f"case.words_key|{receipt_no}"
