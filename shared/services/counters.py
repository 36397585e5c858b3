"""Counters changed in one statement: sequences and tallies."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, select, union_all
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
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"institution_id": institution_id, "key": k, "n": n} for k, n in sorted(changes.items())]
    fresh = insert(Counter).values(rows)
    statement = fresh.on_conflict_do_update(
        index_elements=[Counter.institution_id, Counter.key], set_={"n": Counter.n + fresh.excluded.n}
    ).returning(Counter.key, Counter.n)
    return {key: n for key, n in session.execute(statement).all()}


def next_no(session: Session, institution_id: int, key: str) -> int:
    """The next number of a sequence, from 1."""
    return add(session, institution_id, {key: 1})[key]


def values(
    session: Session, institution_id: int, prefix: str = "state:", *, less: Select[str, int] | None = None
) -> dict[str, int]:
    """The counters whose key starts so; `less` selects keys and numbers to take off them."""
    held = select(Counter.key, Counter.n).where(
        Counter.institution_id == institution_id, Counter.key >= prefix, Counter.key < prefix + "\uffff"
    )
    found: dict[str, int] = {}
    rows = session.execute(held if less is None else select(union_all(held, less).subquery()))
    for key, n in rows:
        found[key] = found.get(key, 0) + n
    return found
