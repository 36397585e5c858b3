"""Key pairs of groups of officers, who may open them, and each officer's own pair."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class KeyGroup(Base):
    """One key pair of a group of an institution; the one that is not retired is for what is new."""

    __tablename__ = "key_group"
    __table_args__ = (UniqueConstraint("institution_id", "name", "key_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    name: Mapped[str]
    """intake or approver."""
    key_id: Mapped[str]
    public: Mapped[bytes]
    created_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]


class KeyGrant(Base):
    """A group's private key, closed for one officer; for the deposit (escrow) where `person_id` is none."""

    __tablename__ = "key_grant"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("key_group.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes]


class OfficerKey(Base):
    """An officer's own pair: the private key is wrapped by a key made of the password and the pepper."""

    __tablename__ = "officer_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    public: Mapped[bytes]
    salt: Mapped[bytes]
    wrapped: Mapped[bytes]
    pepper_id: Mapped[str]
    mark: Mapped[str]
    """Made with a key that the database doesn't hold: nobody can slip in another public key."""
