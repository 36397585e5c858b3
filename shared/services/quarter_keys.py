"""Keys of quarters: what stands under an older one is closed anew, so that the old one can be destroyed.

A key is destroyed once its quarter is over for as long as a backup is kept and no row stands under it: what was erased
by then opens in no backup any more, wherever a copy of it may lie.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import LargeBinary, String, func, literal, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from shared import case_keys
from shared.crypto import Keys
from shared.db import Base, reading, work
from shared.domain.errors import Refused
from shared.models.institution import Institution
from shared.sealing import envelope, quarters
from shared.sealing.envelope import Unreadable
from shared.sealing.wraps import b64
from shared.services import identities, privacy_notices

BATCH = 200
HEADS = [bytes((envelope.VERSION, algorithm)) for algorithm in envelope.ALGORITHM.values()]
Change = Callable[[Any], Mapping[str, Any]]
"""The columns of a row as they shall be; raises Unreadable."""
Take = Callable[[Keys, list[str], int | None], int]
HEAD_LETTERS = 8
"""Of Base64, for the six bytes that name algorithm and key."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter's key: how many rows stand under it, and from which day it may be destroyed."""

    name: str
    key_id: str
    rows: int
    from_day: dt.date


def overview(keys: Keys) -> list[Quarter]:
    """Every key there is, the oldest first."""
    with reading() as session:
        days = _backup_days(session)
        return [
            Quarter(name, key_id, _standing(session, [key_id]), quarters.over(name) + dt.timedelta(days))
            for name, key_id in held(keys).items()
        ]


def held(keys: Keys) -> dict[str, str]:
    """Key ids by quarter."""
    names = sorted(name for name in keys.rings if name.startswith(quarters.FOLDER + "/"))
    return {name.removeprefix(quarters.FOLDER + "/"): next(iter(keys.rings[name])) for name in names}


def gone_from_backups(day: dt.date) -> dt.date:
    """The day from which what is erased on a day opens in no backup: its quarter's end and a backup's life."""
    with reading() as session:
        return quarters.gone_on(day, _backup_days(session))


def check(keys: Keys, name: str, today: dt.date) -> None:
    """Whether a quarter's key may be destroyed; raises Refused('no_such_quarter', 'too_early', 'still_needed')."""
    found = {quarter.name: quarter for quarter in overview(keys)}
    if name not in found:
        raise Refused("no_such_quarter", known=sorted(found))
    if today < found[name].from_day:
        raise Refused("too_early", until=found[name].from_day.isoformat())
    if found[name].rows:
        raise Refused("still_needed", rows=found[name].rows)


def renew(keys: Keys, *, most: int | None = None) -> int:
    """Closes what stands under older quarters with this quarter's key; returns how many rows. May be cut short."""
    current, done = envelope.key_id(case_keys.this_quarter(keys)), 0
    older = [key_id for key_id in held(keys).values() if key_id != current]
    owned = (_owned(*where) for where in OWN_WORDS)
    for take in (_case, *owned, _complainant):
        left = None if most is None else most - done
        done += take(keys, older, left)
    return done


def keep(keys: Keys) -> int:
    """`renew` bit by bit, until nothing is left for this quarter; asked every round, it looks no more then."""
    current = envelope.key_id(case_keys.this_quarter(keys))
    if current in _settled:
        return 0
    done = renew(keys, most=BATCH)
    if not done:
        _settled.add(current)
    return done


_settled: set[str] = set()


def _case(keys: Keys, older: list[str], most: int | None) -> int:
    case = Base.metadata.tables["case"]

    def anew(row: Any) -> Mapping[str, Any]:
        key = case_keys.key_of(keys, row.words_key, row.receipt_no)
        return {"words_key": case_keys.wrap(keys, key, row.receipt_no)}

    return _each(case, case.c.id, "words_key", [case.c.receipt_no], older, most, anew)


def _owned(name: str, column: str, mark: str) -> Take:
    """For words under no case's key, bound to their row's own mark."""
    table = Base.metadata.tables[name]

    def anew(keys: Keys, row: Any) -> Mapping[str, Any]:
        at, cell = (f"{name}.{column}", getattr(row, mark)), getattr(row, column)
        return {column: case_keys.close_own(keys, *at, case_keys.open_own(keys, *at, cell))}

    return lambda keys, older, most: _each(table, table.c.id, column, [table.c[mark]], older, most, partial(anew, keys))


OWN_WORDS = (
    ("attachment", "name", "stored"),
    ("notice_act", "reason", "seal_mark"),
    ("survey_answer", "comment", "seal_mark"),
    *(("corrective_action", column, "seal_mark") for column in ("title", "text", "owner", "participants")),
    *(("action_report", column, "seal_mark") for column in ("text", "comment")),
    *(
        ("common_issue", column, "seal_mark")
        for column in ("draft_title", "draft_problem", "draft_improvement", "comment")
    ),
)
"""Table, column and mark of words that stand under the quarter's key itself."""


def _complainant(keys: Keys, older: list[str], most: int | None) -> int:
    who = Base.metadata.tables["complainant"]

    def anew(row: Any) -> Mapping[str, Any]:
        places = {column: identities.place(row.case_id, column) for column in ("identity", "contact")}
        return {c: case_keys.outer(keys, at, case_keys.inner(keys, at, getattr(row, c))) for c, at in places.items()}

    return _each(who, who.c.case_id, "identity", [who.c.contact], older, most, anew)


def _each(
    table: Any,
    by: Any,
    column: str,
    more: Iterable[Any],
    older: list[str],
    most: int | None,
    anew: Change,
) -> int:
    """Row by row, as bare updates: nobody's open form grows stale by it, and a row changed meanwhile stays."""
    kind = _type(table, column)
    query = select(by, type_coerce(table.c[column], kind).label(column), *more).where(_under(table, column, older))
    done, last = 0, 0
    while most is None or done < most:
        with reading() as session:
            rows = session.execute(query.where(by > last).order_by(by).limit(BATCH)).all()
            session.rollback()
        if not rows:
            break
        done, last = done + sum(_one(table, by, column, row, anew) for row in rows[:most]), rows[-1][0]
    return done


def _one(table: Any, by: Any, column: str, row: Any, anew: Change) -> int:
    try:
        values = anew(row)
    except Unreadable:  # it stays as it is, the others go on
        return 0
    same = type_coerce(table.c[column], _type(table, column)) == getattr(row, column)
    bare = {name: literal(value, _type(table, name)) for name, value in values.items()}
    with work() as session:
        return len(session.execute(update(table).where(by == row[0], same).values(bare).returning(by)).all())


def _type(table: Any, column: str) -> Any:
    return LargeBinary() if isinstance(table.c[column].type, LargeBinary) else String()


def _under(table: Any, column: str, key_ids: Iterable[str]) -> Any:
    """Whether a cell stands under one of these keys: its first bytes say so."""
    heads = [head + bytes.fromhex(key_id) for key_id in key_ids for head in HEADS]
    kind = _type(table, column)
    cell = type_coerce(table.c[column], kind)
    if isinstance(kind, LargeBinary):
        return or_(*(func.substr(cell, 1, envelope.HEAD_BYTES, type_=kind) == head for head in heads))
    return func.substr(cell, 1, HEAD_LETTERS, type_=kind).in_([b64(head) for head in heads])


def _standing(session: Session, key_ids: list[str]) -> int:
    tables = Base.metadata.tables
    columns = [("case", "words_key"), ("complainant", "identity"), ("complainant", "contact")]
    columns += [(name, column) for name, column, _mark in OWN_WORDS]
    counts = (
        select(func.count()).select_from(tables[t]).where(_under(tables[t], column, key_ids)) for t, column in columns
    )
    return sum(session.scalar(query) or 0 for query in counts)


def _backup_days(session: Session) -> int:
    """The longest that an institution's notice says."""
    places = session.scalars(select(Institution.id))
    return max((privacy_notices.current(session, i).notice.backup_days for i in places), default=0)
