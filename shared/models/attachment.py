"""Evidence files: cleaned copies under random names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed

TO_SCAN = "scan in ('unchecked', 'checking', 'failed')"


class Attachment(Base):
    """A file of a draft (`visit_id`) or of a case; `removed` lists what metadata was taken out, as codes."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "visit_id"),
        Index("ix_attachment_to_scan", "id", sqlite_where=text(TO_SCAN), postgresql_where=text(TO_SCAN)),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id", ondelete="SET NULL"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    origin: Mapped[str]
    """citizen, staff or unit."""
    stored: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Sealed("attachment.name"))
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    removed: Mapped[list[Any]] = mapped_column(default=list)
    for_unit: Mapped[bool] = mapped_column(default=False)
    """The office has decided that the handling unit may read it."""
    scan: Mapped[str] = mapped_column(default="unchecked", server_default="unchecked")
    """What the antivirus service said: unchecked, checking, clean, found or failed."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
