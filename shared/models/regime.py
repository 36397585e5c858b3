"""Versions of rule books: a case keeps the one it was opened under."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class RegimeVersion(Base):
    """The text of a rule book as TOML; an edit makes a new version."""

    __tablename__ = "regime_version"
    __table_args__ = (UniqueConstraint("code", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    sha256: Mapped[str]
    text: Mapped[str]
    effective_from: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
