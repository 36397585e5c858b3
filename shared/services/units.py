"""Units and their sections, kept by the system administrator."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor, need
from shared.models.unit import HANDLING, OFFICE, SECTION, Unit
from shared.services.admin_acts import note
from shared.services.queries_admin import open_slips


def create(actor: Actor, now: dt.datetime, *, name: str, parent_id: int | None) -> int:
    """A handling unit, or a section of one; raises Refused('missing', field='name') or Refused('no_such_unit')."""
    need(actor, "keep_units")
    needs(name=name)
    with work() as session:
        if parent_id is not None and _own(session, actor, parent_id).kind != HANDLING:
            raise Refused("no_such_unit", field="parent_id")
        kind = HANDLING if parent_id is None else SECTION
        row = Unit(institution_id=actor.institution_id, parent_id=parent_id, kind=kind, name=name)
        session.add(row)
        session.flush()
        note(session, actor, now, "unit_created", unit_id=row.id)
        return row.id


def rename(actor: Actor, unit_id: int, now: dt.datetime, *, name: str) -> None:
    """Gives a unit another name; papers already printed keep the old one."""
    need(actor, "keep_units")
    needs(name=name)
    with work() as session:
        _own(session, actor, unit_id).name = name
        note(session, actor, now, "unit_renamed", unit_id=unit_id)


def set_active(actor: Actor, unit_id: int, now: dt.datetime, *, active: bool) -> None:
    """Closes or reopens a unit; raises Refused('unit_busy', n) while it has slips in hand, Refused('not_now')."""
    need(actor, "keep_units")
    with work() as session:
        row = _own(session, actor, unit_id)
        if row.kind == OFFICE:
            raise Refused("not_now")
        waiting = open_slips(session, unit_id) if not active else 0
        if waiting:
            raise Refused("unit_busy", n=waiting)
        row.active = active
        note(session, actor, now, "unit_reopened" if active else "unit_closed", unit_id=unit_id)


def _own(session: Session, actor: Actor, unit_id: int) -> Unit:
    row = session.scalar(select(Unit).where(Unit.id == unit_id).with_for_update())
    if row is None or row.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    return row
