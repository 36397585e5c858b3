"""A citizen's browser session: a sealed draft, then the one case it may read."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Visit(Base):
    """Found by the hash of a token that only the cookie holds; the draft is sealed with a key derived from it."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    draft: Mapped[bytes | None]
    receipt: Mapped[bytes | None]
    """Receipt number and access code, sealed likewise, to show the receipt again for 30 minutes."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)
