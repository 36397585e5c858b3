"""Versions of rule books: shipped ones are taken in, running cases keep theirs."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.domain import regimes
from shared.domain.regimes import Regime
from shared.models.regime import RegimeVersion

_books: dict[tuple[Engine, int], Regime] = {}


def regime_of(session: Session, version_id: int) -> Regime:
    """The rule book of a version; read once per process, for a version never changes."""
    engine = session.get_bind().engine
    found = known(engine, version_id)
    if found is None:
        text = session.execute(select(RegimeVersion.text).where(RegimeVersion.id == version_id)).scalar_one()
        found = _books[engine, version_id] = regimes.of_text(text)
    return found


def known(engine: Engine, version_id: int) -> Regime | None:
    """The rule book of a version, if this process has read it before."""
    return _books.get((engine, version_id))


def forget() -> None:
    """Drops what this process remembers; for tests that empty the tables."""
    _books.clear()


def take_in(session: Session, text: str, effective_from: dt.date, now: dt.datetime) -> RegimeVersion:
    """The version with this text, made if it is new; raises Refused('regime_file') with all faults."""
    regime = regimes.parse(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = session.scalar(
        select(RegimeVersion).where(RegimeVersion.code == regime.code, RegimeVersion.sha256 == digest)
    )
    if found is None:
        found = RegimeVersion(code=regime.code, sha256=digest, text=text, effective_from=effective_from, created_at=now)
        session.add(found)
        session.flush()
    return found
