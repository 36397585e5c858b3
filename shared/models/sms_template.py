"""The register of text message templates, as the providers have approved them or not."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class SmsTemplate(Base):
    """One notice's text at one provider; a signature is the institution's, so is the template."""

    __tablename__ = "sms_template"
    __table_args__ = (Index(None, "institution_id", "notice", "provider", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    notice: Mapped[str]
    """A notice's code, or `neutral`."""
    provider: Mapped[str]
    sign: Mapped[str]
    """Without its 【】."""
    provider_id: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    """With {names} for the values, in the order in which the provider counts them."""
    state: Mapped[str] = mapped_column(default="draft")
    decided_on: Mapped[dt.date | None]
    """When it was sent in, approved or rejected."""
    remark: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
