"""Public figures as they were released: written once, never changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Release(Base):
    """The tables released for one ended month; what is too small to be told waits for a later one."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("institution_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    month: Mapped[dt.date]
    tables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By name: {"from": first day, "cells": {code: number or null}, "total": n}; absent where it waits."""
    made_at: Mapped[dt.datetime]
