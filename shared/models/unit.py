"""A unit of an institution: the office that supervises, units that handle, their sections."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

OFFICE, HANDLING, SECTION = "office", "handling", "section"


class Unit(Base):
    """A node in the tree; `kind` is office, handling or section."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("kind in ('office', 'handling', 'section')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
