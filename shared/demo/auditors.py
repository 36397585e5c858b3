"""The auditors of the demo: they see who did what and when, and no complaint."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.db import work
from shared.demo.cast import Cast
from shared.domain.lifecycle import Role
from shared.models.person import Grant, Person

AUDITORS = {"township": ("cenzw", "岑知微"), "county": ("zhumj", "祝明镜")}


def appoint(cast: Cast, corpus: str, now: dt.datetime) -> None:
    """The institution's auditor, with the demo's password; no role beside it (三权分立)."""
    username, name = AUDITORS[corpus]
    with work() as session:
        own = Person.institution_id == cast.institution_id
        password = session.scalars(select(Person.password_hash).where(own).limit(1)).one()
        row = Person(
            institution_id=cast.institution_id,
            username=username,
            name=name,
            email=f"{username}@example.cn",
            password_hash=password,
            created_at=now,
        )
        session.add(row)
        session.flush()
        session.add(Grant(person_id=row.id, unit_id=cast.units["office"], role=str(Role.AUDITOR)))
