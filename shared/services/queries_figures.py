"""Public figures as they were released; nothing is counted when somebody asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import db, reading
from shared.domain import releases
from shared.models.institution import Institution
from shared.models.release import Release
from shared.remembered import Remembered
from shared.services.regimes import regime_of

MONTHS = 12
Cells = dict[str, int | None]
_known = Remembered[tuple[list[Release], dict[str, str]]]()
forget = _known.forget


@dataclass(frozen=True, slots=True)
class Told:
    """One released table: the months from `first` to `last`, their total, the cells; None is a number not told."""

    name: str
    first: dt.date
    last: dt.date
    total: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Figures:
    """The release of a month; a table that is missing waits for a later one."""

    month: dt.date
    made_at: dt.datetime
    tables: dict[str, Told]
    names: dict[str, str]
    """Categories by code."""

    @property
    def on_time(self) -> int | None:
        """Limits met, in percent."""
        return releases.punctual_share(self.tables["punctual"].cells) if "punctual" in self.tables else None

    @property
    def satisfied(self) -> int | None:
        """基本满意 or better, in percent."""
        return releases.satisfied_share(self.tables["levels"].cells) if "levels" in self.tables else None


def figures(institution: Institution) -> list[Figures]:
    """The newest twelve releases, newest first; none before the first month has ended."""
    rows, names = _known.get((db.engine, institution.id), lambda: _read(institution))
    return [_figures(row, names) for row in rows]


def _read(institution: Institution) -> tuple[list[Release], dict[str, str]]:
    with reading() as session:
        names = {c.code: c.name for c in regime_of(session, institution.regime_version_id).categories}
        query = select(Release).where(Release.institution_id == institution.id)
        rows = list(session.scalars(query.order_by(Release.month.desc()).limit(MONTHS)))
        for row in rows:
            session.expunge(row)
    return rows, names


def _figures(row: Release, names: dict[str, str]) -> Figures:
    tables = {
        kind.name: Told(
            kind.name,
            dt.date.fromisoformat(row.tables[kind.name]["first"]),
            row.month,
            row.tables[kind.name]["total"],
            row.tables[kind.name]["cells"],
        )
        for kind in releases.KINDS
        if kind.name in row.tables
    }
    return Figures(row.month, row.made_at, tables, names)
