"""Counters changed in one statement: sequences and tallies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.models.counter import Counter


def add(session: Session, institution_id: int, changes: Mapping[str, int]) -> dict[str, int]:
    """Adds to each counter, making those that are missing; returns their new values.

    The rows stay locked until the transaction ends, so a sequence has no gaps but those of a rollback.
    Keys are taken in order, so that two transactions never wait for each other in a ring.
    """
    if not changes:
        return {}
    rows = [{"institution_id": institution_id, "key": k, "n": n} for k, n in sorted(changes.items())]
    return {key: n for key, n in session.execute(_ADD[session.get_bind().dialect.name], rows).all()}


def _add(insert: Callable[[type[Counter]], Any]) -> Any:
    fresh = insert(Counter)
    return fresh.on_conflict_do_update(
        index_elements=[Counter.institution_id, Counter.key], set_={"n": Counter.n + fresh.excluded.n}
    ).returning(Counter.key, Counter.n)


_ADD = {"postgresql": _add(postgresql.insert), "sqlite": _add(sqlite.insert)}
"""One statement for any number of counters; written once, for its rows are filled in."""


def next_no(session: Session, institution_id: int, key: str) -> int:
    """The next number of a sequence, from 1."""
    return add(session, institution_id, {key: 1})[key]


def values(session: Session, institution_id: int, prefix: str = "state:") -> dict[str, int]:
    """The counters whose key starts so."""
    rows = session.execute(
        select(Counter.key, Counter.n).where(
            Counter.institution_id == institution_id, Counter.key >= prefix, Counter.key < prefix + "\uffff"
        )
    )
    return {key: n for key, n in rows}
