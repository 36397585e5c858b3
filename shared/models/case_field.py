"""What was filled in where a rule book asks for more than every complaint has."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class CaseField(Base):
    """The answers of one step; rows are added and the newest word on a field counts, so nothing said before is lost.

    What says who complains is never here: it lies with the sealed identity.
    """

    __tablename__ = "case_field"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    """Filled for or by the unit of this slip, which reads it."""
    step: Mapped[str]
    answers: Mapped[str] = mapped_column(Sealed("case_field.answers"))
    """By code, as JSON: a complaint costs one row more, however much its rule book asks."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
