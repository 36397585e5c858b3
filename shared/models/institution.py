"""An institution that hears complaints under one rule book."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column

from shared import case_keys, keyring
from shared.db import Base


class Institution(Base):
    """Its names, contacts, footer and numbering; the regime version that new cases are opened under."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    office_name: Mapped[str]
    regime_version_id: Mapped[int] = mapped_column(ForeignKey("regime_version.id"))
    phone: Mapped[str]
    address: Mapped[str]
    hours: Mapped[str]
    email: Mapped[str]
    intro: Mapped[str] = mapped_column(default="")
    footer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    register_prefix: Mapped[str]
    slip_prefix: Mapped[str]
    sms_sign: Mapped[str]
    sms_hours: Mapped[str] = mapped_column(default="08:00-21:00")
    """When text messages may go, in its own time zone."""
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    seals: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What new identities are closed for: {group: [public key, mark]}; none before an officer has signed in."""
    search_key: Mapped[str] = mapped_column(default="", server_default="")
    """The key of the words in the search index, closed with the web's content key."""
    redirects: Mapped[list[Any]] = mapped_column(default=list)
    """Where to go instead: [{"name", "matter", "contact"}], offered when a complaint is refused or referred."""


@event.listens_for(Institution, "before_insert")
def _found(_mapper: object, _connection: object, place: Institution) -> None:
    """An institution has its key from the first."""
    place.search_key = place.search_key or case_keys.new_search_key(keyring.keys(), place.slug)
