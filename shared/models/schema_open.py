"""Which older programs may go on with this schema, for an upgrade without a stop."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class SchemaOpen(Base):
    """The schema of an older program that can use the present one (`upgrade --while-running`)."""

    __tablename__ = "schema_open"

    revision: Mapped[str] = mapped_column(primary_key=True)
