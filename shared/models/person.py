"""A member of staff, the roles held in units, and signed-in sessions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.db import Base
from shared.models.unit import Unit


class Person(Base):
    """A staff account; `second_factor` is the sealed secret of an authenticator app."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    password_at: Mapped[dt.datetime | None]
    """When the password was set; None for one that was never changed."""
    second_factor: Mapped[bytes | None]
    factor_step: Mapped[int | None] = mapped_column(BigInteger)
    """The time step of the last code that was taken: none may be used twice (RFC 6238 §5.2)."""
    active: Mapped[bool] = mapped_column(default=True)
    shortcuts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]
    notices_at_once: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Ordinary notices come one by one instead of together in the morning."""
    grants: Mapped[list[Grant]] = relationship(lazy="raise")


class Grant(Base):
    """A role held by a person in a unit."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "unit_id", "role"), Index(None, "unit_id", "role"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str]
    post: Mapped[str] = mapped_column(default="", server_default="")
    """The rule book's own role, where several of them act in this one (R20.03: 主管副总经理, 总经理)."""
    unit: Mapped[Unit] = relationship(lazy="raise")


class StaffSession(Base):
    """A signed-in browser: revocable, found by the hash of a random token, which changes with each new privilege."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    stage: Mapped[str] = mapped_column(default="full", server_default="full")
    """`password` while the second factor is still to come: such a session opens no page but that one."""
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A second factor was shown."""
    proved_at: Mapped[dt.datetime | None]
    """When the person last proved who they are in this session."""
    sealed_key: Mapped[bytes | None]
    """The officer's private key, closed with a key that only the cookie's token gives."""
