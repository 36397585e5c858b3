"""Versions of rule books: shipped ones are taken in, running cases keep theirs."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import regimes
from shared.domain.regimes import Regime
from shared.models.regime import RegimeVersion

_texts: dict[tuple[str, int], str] = {}


def regime_of(session: Session, version_id: int) -> Regime:
    """The rule book of a version; read once per process, for a version never changes."""
    key = (str(session.get_bind().engine.url), version_id)
    if key not in _texts:
        _texts[key] = session.execute(select(RegimeVersion.text).where(RegimeVersion.id == version_id)).scalar_one()
    return regimes.of_text(_texts[key])


def forget() -> None:
    """Drops what this process remembers; for tests that empty the tables."""
    _texts.clear()


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
