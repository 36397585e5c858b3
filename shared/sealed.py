"""What people wrote about a case, as rows hold it: closed with a key of the case, open to whoever reads it here.

A column of the type `Sealed` is an ordinary text to all other code. Reading, its statement brings the case's wrapped
key along with the envelope; writing, the session closes what changed just before it is sent. Where an envelope doesn't
open, a page that wants to show the words fails with `Unreadable`.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, String, event, func, inspect, literal, select, type_coerce, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, attributes, object_session
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeDecorator

from shared import case_keys, keyring
from shared.crypto import Keys
from shared.db import Base
from shared.sealing.envelope import Unreadable

if TYPE_CHECKING:
    from shared.models.institution import Institution

LOST = "■■■"
OWN = "own"
"""In place of a case's key: the quarter's own."""
OWN_MARK = "seal_mark"
"""The column of rows that are about no case, or may be: where they are, their words stand under the quarter's key,
bound to what this column holds."""
FILE_MARK = "stored"
"""The same for a file's name, always: it is there before its case."""
BETWEEN = "|"
"""Stands in no Base64 and in no receipt number."""


class Gap(str):
    """In place of words that don't open, in a list that goes on without them."""


class Lost(Gap):
    """In place of words that don't open: whoever shows them gets `Unreadable`, whoever doesn't goes on."""

    def __html__(self) -> str:
        raise Unreadable

    def __str__(self) -> str:
        raise Unreadable

    def __format__(self, _spec: str) -> str:
        raise Unreadable


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


def carried(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A sealed column with what opens it, as one text for `read`."""
    at: Any = column
    whole: ColumnElement[Any] = _keys_at(at.table) + literal(BETWEEN, String) + type_coerce(column, String)
    return whole


def read(place: str, text: str, *, listed: bool = False) -> str:
    """The words in what `carried` brought, or what stands for them."""
    wrapped, whose, cell = text.split(BETWEEN, 2)
    try:
        if wrapped == OWN:
            return case_keys.open_own(keyring.keys(), place, whose, cell)
        return case_keys.open_cell(case_keys.key_of(keyring.keys(), wrapped, whose), place, cell) if cell else ""
    except Unreadable:
        return Gap(LOST) if listed else Lost(LOST)


def search_key(place: Institution) -> bytes:
    """The key of an institution's search index; raises Unreadable."""
    return case_keys.search_key(keyring.keys(), place.slug, place.search_key)


def _keys_at(table: Any) -> Any:
    """The case's wrapped key and receipt number, or the row's own mark where it is about no case."""
    mark = next((table.c[name] for name in (FILE_MARK, OWN_MARK) if name in table.c), None)
    own: Any = literal(BETWEEN, String) if mark is None else literal(OWN + BETWEEN, String) + mark
    if mark is not None and (mark.name == FILE_MARK or "case_id" not in table.c):
        return own
    if "words_key" in table.c:
        return table.c.words_key + literal(BETWEEN, String) + table.c.receipt_no
    case, slip = Base.metadata.tables["case"].alias(), Base.metadata.tables["slip"].alias()
    query = select(case.c.words_key + literal(BETWEEN, String) + case.c.receipt_no)
    if "case_id" in table.c:
        query = query.where(case.c.id == table.c.case_id)
    else:
        query = query.where(case.c.id == slip.c.case_id, slip.c.id == table.c.slip_id)
    found: Any = query.correlate(table).scalar_subquery()
    if "case_id" in table.c and table.c.case_id.nullable:
        return func.coalesce(found, own)
    return found


@lru_cache(maxsize=256)
def sealed_columns(mapper: Mapper[Any]) -> dict[str, str]:
    """Attributes of sealed columns and their places."""
    return {p.key: p.columns[0].type.place for p in mapper.column_attrs if isinstance(p.columns[0].type, Sealed)}


@event.listens_for(Mapper, "before_insert")
@event.listens_for(Mapper, "before_update")
def _close(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    """Closes what changed, as the row is about to be sent."""
    changed = {
        name: (place, value)
        for name, place in sealed_columns(mapper).items()
        if inspect(target).attrs[name].history.has_changes() and (value := getattr(target, name))
    }
    if not changed:
        return
    keys = keyring.keys()
    own = _own_mark(target)
    key = b"" if own else _key_for(connection, keys, target)
    for name, (place, value) in changed.items():
        if isinstance(value, Gap):
            raise Unreadable
        closed = Closed(value)
        closed.place = place
        if own:
            closed.envelope = case_keys.close_own(keys, place, own, value)
        else:
            closed.envelope = case_keys.close_cell(keys, key, place, value)
        setattr(target, name, closed)


def _own_mark(target: Any) -> str:
    """What the words of a row under no case's key are bound to; a new row gets it now. Empty for all others."""
    if hasattr(target, FILE_MARK):
        return str(getattr(target, FILE_MARK))
    if not hasattr(target, OWN_MARK) or getattr(target, "case_id", None) is not None:
        return ""
    if not target.seal_mark:
        target.seal_mark = secrets.token_hex(16)
    return str(target.seal_mark)


def _key_for(connection: Connection, keys: Keys, target: Any) -> bytes:
    """The key of the case that a row belongs to; a case without gets one now."""
    case = target if hasattr(target, "words_key") else _held(target, "case", _case_id(connection, target))
    if case is not None and case.words_key:
        return case_keys.key_of(keys, case.words_key, case.receipt_no)
    if case is target:
        key, target.words_key = case_keys.new_key(keys, target.receipt_no)
        return key
    return _key_in(connection, keys, _case_id(connection, target))


def _key_in(connection: Connection, keys: Keys, case_id: int) -> bytes:
    table = Base.metadata.tables["case"]
    wanted = select(table.c.words_key, table.c.receipt_no).where(table.c.id == case_id)
    wrapped, receipt_no = connection.execute(wanted).one()
    if not wrapped:  # its words were erased, or it is from before: what is said now gets a key anew
        none = table.c.id == case_id, table.c.words_key == ""
        connection.execute(update(table).where(*none).values(words_key=case_keys.new_key(keys, receipt_no)[1]))
        wrapped, receipt_no = connection.execute(wanted).one()
    return case_keys.key_of(keys, wrapped, receipt_no)


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
    return next(m.class_ for m in Base.registry.mappers if m.local_table is Base.metadata.tables[table])
