"""A day that was named for one case: to the complainant, or to whoever has to solve it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Promise(Base):
    """The day, whether the complainant agrees to it (R3.07), and what is to be done by whom until then (R12.04)."""

    __tablename__ = "promise"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    day: Mapped[dt.date]
    agreed: Mapped[bool]
    measures: Mapped[str] = mapped_column(Sealed("promise.measures"))
    owner: Mapped[str] = mapped_column(Sealed("promise.owner"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
