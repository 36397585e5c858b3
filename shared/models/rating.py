"""What the citizen thinks of the answer, and the wish to be heard again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class Rating(Base):
    """One per round: five levels or 'unsure'; `rehandle` is what remained unsolved, where the citizen asks again."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    level: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(Sealed("rating.comment"), default="")
    rehandle: Mapped[str] = mapped_column(Sealed("rating.rehandle"), default="")
    by: Mapped[str] = mapped_column(default="citizen")
    at: Mapped[dt.datetime]
