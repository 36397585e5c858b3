"""What a backup holds of the database, read in one moment: its tables, its schema, the end of the chain, file names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.domain import chain

Rows = Callable[[str], Sequence[Sequence[Any]]]
"""Runs a query; both drivers answer alike."""


@dataclass
class Snapshot:
    """The facts of one moment."""

    schema: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    chain: dict[str, Any] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    """Files that rows speak of."""


def facts(rows: Rows) -> Snapshot:
    """Everything but the tables; older schemas have the same columns, so that a backup can come before an upgrade."""
    last = rows("select id, mac from event order by id desc limit 1")
    newest = rows("select number, body from checkpoint order by number desc limit 1")
    said: dict[str, Any] = {"events": rows("select count(*) from event")[0][0]}
    said |= {"last_event": last[0][0], "mac": last[0][1]} if last else {}
    said |= {"checkpoint": newest[0][0], "digest": chain.digest(newest[0][1])} if newest else {}
    names = rows("select stored from attachment union select stored from transfer_copy where stored <> ''")
    return Snapshot(rows("select version_num from alembic_version")[0][0], {}, said, {name for (name,) in names})
