"""What people wrote about a case, as rows hold it: closed with a key of the case, open to whoever reads it here.

A column of the type `Sealed` is an ordinary text to all other code. Reading, its statement brings the case's wrapped
key along with the envelope; writing, the session closes what changed just before it is sent. The case's key is wrapped
by the key of the quarter, bound to its receipt number; an envelope is bound to that key, its table and its column.
Where one doesn't open, `LOST` stands in its place and the page that wanted it isn't shown.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from flask import g, has_app_context
from sqlalchemy import ColumnElement, Connection, String, cast, event, func, literal, select, type_coerce, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, attributes, object_session
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeDecorator

from shared import clock, crypto, keyring
from shared.crypto import Keys
from shared.db import Base
from shared.models.institution import Institution
from shared.sealing import envelope, quarters
from shared.sealing.envelope import Unreadable
from shared.sealing.wraps import b64, unb64

LOST = "■■■"
BETWEEN = "|"
"""Stands in no Base64 and in no receipt number."""


class Lost(str):
    """In place of words that don't open."""


class Closed(str):
    """Words on their way into a row, with the envelope that goes there instead."""

    place: str
    envelope: str


class Sealed(TypeDecorator[str]):
    """The type of a column for what somebody wrote; `place` is `table.column`, and never changes.

    `listed`: it stands in lists of cases, where one that doesn't open must not hide all others.
    """

    impl = String
    cache_ok = True

    def __init__(self, place: str, *, listed: bool = False) -> None:
        super().__init__()
        self.place, self.listed = place, listed

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The case's wrapped key and receipt number before the envelope."""
        return type_coerce(carried(column), self)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The envelope; words that nobody closed don't get in."""
        if not value:
            return value
        if isinstance(value, Closed) and value.place == self.place:
            return value.envelope
        raise ValueError(f"{self.place} takes what a session has closed")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The words, or `LOST`."""
        return None if value is None else read(self.place, value, listed=self.listed)


def lost() -> bool:
    """Whether something that was read didn't open; asked once, then forgotten, so that a page can say so."""
    return bool(has_app_context() and g.pop("lost", False))


def carried(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A sealed column with what opens it, as one text for `read`."""
    found: Any = column
    return _keys_at(found.table) + literal(BETWEEN, String) + type_coerce(column, String)


def read(place: str, text: str, *, listed: bool = False) -> str:
    """The words in what `carried` brought, or `LOST`; then the page is told, unless it is a list."""
    wrapped, receipt_no, cell = text.split(BETWEEN, 2)
    try:
        return open_cell(key_of(keyring.keys(), wrapped, receipt_no), place, cell) if cell else ""
    except Unreadable:
        if not listed and has_app_context():
            g.lost = True
        return Lost(LOST)


def open_cell(key: bytes, place: str, cell: str) -> str:
    """The words of one envelope; raises Unreadable."""
    try:
        return envelope.open_(key, place, unb64(cell)).decode()
    except ValueError:
        raise Unreadable from None


def close_cell(keys: Keys, key: bytes, place: str, words: str) -> str:
    """An envelope as a row holds it; nothing said stays nothing."""
    return b64(envelope.close(key, place, words.encode(), keys.profile)) if words else ""


def new_key(keys: Keys, receipt_no: str) -> tuple[bytes, str]:
    """A key for the words of a case, and its wrap."""
    key = os.urandom(envelope.KEY_BYTES)
    return key, wrap(keys, key, receipt_no)


def wrap(keys: Keys, key: bytes, receipt_no: str) -> str:
    """A case's key closed with this quarter's."""
    wrapping = quarters.current(keys.rings, clock.now().date())[1]
    return b64(envelope.close(wrapping, _place(receipt_no), key, keys.profile, blur=False))


def key_of(keys: Keys, wrapped: str, receipt_no: str) -> bytes:
    """A case's key out of its wrap; raises Unreadable."""
    try:
        wrapping = keys.rings[quarters.RING][envelope.key_id_of(unb64(wrapped))]
    except (KeyError, ValueError):
        raise Unreadable from None
    return _unwrapped(wrapping, wrapped, receipt_no)


@lru_cache(maxsize=256)
def _unwrapped(wrapping: bytes, wrapped: str, receipt_no: str) -> bytes:
    """A page reads many cells of one case."""
    return envelope.open_(wrapping, _place(receipt_no), unb64(wrapped), blur=False)


def new_search_key(keys: Keys, slug: str) -> str:
    """A key for the words in an institution's search index, closed with the web's content key."""
    return b64(crypto.seal(keys, "content", _index(slug), os.urandom(envelope.KEY_BYTES)))


def search_key(place: Institution) -> bytes:
    """The key of an institution's search index; raises Unreadable."""
    return search_key_of(keyring.keys(), place.slug, place.search_key)


def search_key_of(keys: Keys, slug: str, wrapped: str) -> bytes:
    """The key of a search index out of its wrap; raises Unreadable."""
    return crypto.unseal(keys, "content", _index(slug), unb64(wrapped))


def _index(slug: str) -> str:
    return f"institution|search_key|{slug}"


@event.listens_for(Institution, "before_insert")
def _found(_mapper: Mapper[Any], _connection: Connection, place: Institution) -> None:
    """An institution has its key from the first."""
    place.search_key = place.search_key or new_search_key(keyring.keys(), place.slug)


def _place(receipt_no: str) -> str:
    return f"case.words_key|{receipt_no}"


def _keys_at(table: Any) -> Any:
    """The case's wrapped key and receipt number, for a row of the case's own table or of one that points to it."""
    if "words_key" in table.c:
        return table.c.words_key + literal(BETWEEN, String) + table.c.receipt_no
    case, slip = Base.metadata.tables["case"].alias(), Base.metadata.tables["slip"].alias()
    query = select(case.c.words_key + literal(BETWEEN, String) + case.c.receipt_no)
    if "case_id" in table.c:
        query = query.where(case.c.id == table.c.case_id)
    else:
        query = query.where(case.c.id == slip.c.case_id, slip.c.id == table.c.slip_id)
    return func.coalesce(cast(query.correlate(table).scalar_subquery(), String), literal(BETWEEN, String))


def sealed_columns(mapper: Mapper[Any]) -> dict[str, str]:
    """Attributes of sealed columns and their places."""
    return {p.key: p.columns[0].type.place for p in mapper.column_attrs if isinstance(p.columns[0].type, Sealed)}


@lru_cache(maxsize=256)
def _columns(mapper: Mapper[Any]) -> dict[str, str]:
    return sealed_columns(mapper)


@event.listens_for(Mapper, "before_insert")
@event.listens_for(Mapper, "before_update")
def _close(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    """Closes what changed, as the row is about to be sent."""
    changed = {
        name: (place, value)
        for name, place in _columns(mapper).items()
        if attributes.get_history(target, name, attributes.PASSIVE_NO_INITIALIZE).has_changes()
        and (value := getattr(target, name))
    }
    if not changed:
        return
    keys = keyring.keys()
    key = _key_for(connection, keys, target)
    for name, (place, value) in changed.items():
        if isinstance(value, Lost):
            raise Unreadable
        closed = Closed(value)
        closed.place, closed.envelope = place, close_cell(keys, key, place, value)
        setattr(target, name, closed)


def _key_for(connection: Connection, keys: Keys, target: Any) -> bytes:
    """The key of the case that a row belongs to; a case without gets one now."""
    case = target if hasattr(target, "words_key") else _held(target, "case", _case_id(connection, target))
    if case is not None:
        if case.words_key:
            return key_of(keys, case.words_key, case.receipt_no)
        key, wrapped = new_key(keys, case.receipt_no)
        if case is target:
            case.words_key = wrapped
            return key
    return _key_in(connection, keys, _case_id(connection, target))


def _key_in(connection: Connection, keys: Keys, case_id: int) -> bytes:
    table = Base.metadata.tables["case"]
    wanted = select(table.c.words_key, table.c.receipt_no).where(table.c.id == case_id)
    wrapped, receipt_no = connection.execute(wanted).one()
    if not wrapped:  # its words were erased, or it is from before: what is said now gets a key anew
        none = table.c.id == case_id, table.c.words_key == ""
        connection.execute(update(table).where(*none).values(words_key=new_key(keys, receipt_no)[1]))
        wrapped, receipt_no = connection.execute(wanted).one()
    return key_of(keys, wrapped, receipt_no)


def _case_id(connection: Connection, target: Any) -> int:
    if hasattr(target, "case_id"):
        return int(target.case_id)
    slip = _held(target, "slip", target.slip_id)
    if slip is not None:
        return int(slip.case_id)
    table = Base.metadata.tables["slip"]
    return int(connection.execute(select(table.c.case_id).where(table.c.id == target.slip_id)).scalar_one())


def _held(target: Any, table: str, row_id: int) -> Any:
    """The row as the session holds it, if it does and nothing of it has to be read again."""
    session, mapped = object_session(target), _class_of(table)
    row = session.identity_map.get(identity_key(mapped, row_id)) if session else None
    return row if row is not None and not attributes.instance_state(row).expired_attributes else None


@lru_cache(maxsize=4)
def _class_of(table: str) -> Any:
    return next(m.class_ for m in Base.registry.mappers if m.local_table.name == table)
