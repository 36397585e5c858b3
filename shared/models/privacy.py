"""Privacy law in rows: versions of the notice, consents, the citizen's requests, legal holds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, BigId
from shared.sealed import Sealed


class PrivacyNotice(Base):
    """A version of an institution's privacy notice as TOML; an edit makes a new one, the old ones stay readable."""

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("institution_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    number: Mapped[int]
    sha256: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[dt.datetime]


class Consent(Base):
    """What a citizen agreed to: for which purpose, under which version of the notice, given and withdrawn when."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    purpose: Mapped[str]
    recipient: Mapped[str] = mapped_column(Sealed("consent.recipient"), default="")
    """The other body, where identity is to go there (个人信息保护法 art. 23)."""
    notice_no: Mapped[int]
    how: Mapped[str] = mapped_column(default="")
    """form, page, phone, face or letter; '' while it is only asked for."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime | None]
    given_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]


class PrivacyRequest(Base):
    """A citizen's wish to have the own data copied, corrected or erased, and the office's answer with reasons."""

    __tablename__ = "privacy_request"
    __table_args__ = (Index(None, "case_id"), Index(None, "state", "due_day"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    """copy, correct or erase."""
    text: Mapped[str] = mapped_column(Sealed("privacy_request.text"), default="")
    state: Mapped[str] = mapped_column(default="open")
    """open, granted or declined."""
    asked_at: Mapped[dt.datetime]
    due_day: Mapped[dt.date]
    provisional: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Sealed("privacy_request.reason"), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]


class LegalHold(Base):
    """While it stands, nothing of the case is erased; set and lifted with a reason each."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[str] = mapped_column(Sealed("legal_hold.reason"))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[dt.datetime]
    lift_reason: Mapped[str] = mapped_column(Sealed("legal_hold.lift_reason"), default="")
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[dt.datetime | None]
