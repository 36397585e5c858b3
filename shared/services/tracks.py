"""Cases that somebody keeps an eye on until they end, as their facts or their class ask for it (R15.08, R25.05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.domain import approvals, triggers
from shared.domain.lifecycle import OFFICE_ROLES, OPEN, Role, State
from shared.domain.regimes import Regime
from shared.domain.triggers import Track
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.case_track import CaseTrack

OFFICE = frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF})
"""Who tracks where the rule book names no post, or one that sees no case."""
RUNNING = (*OPEN, State.ANSWERED)


def keep(session: Session, case: Case, wanted: Iterable[Track], now: dt.datetime) -> None:
    """Begins what is asked for and not there yet, and ends what nothing asks for any more."""
    rows = session.scalars(select(CaseTrack).where(CaseTrack.case_id == case.id, CaseTrack.left_at.is_(None)))
    there = {Track(row.cause, row.what, row.post): row for row in rows}
    missing = dict.fromkeys(wanted)
    for one, row in there.items():
        if one not in missing:
            row.left_at = now
    for one in missing:
        if one not in there:
            row = CaseTrack(institution_id=case.institution_id, case_id=case.id, cause=one.cause, what=one.what)
            row.post, row.at = one.post, now
            session.add(row)


def posts(book: Regime, actor: Actor) -> list[str]:
    """The posts in which the actor tracks cases, '' among them for whoever is the office."""
    named = dict.fromkeys(one.post for one in triggers.tracks(book.triggers))
    return [post for post in named if _tracks(book, post, actor)]


def _tracks(book: Regime, post: str, actor: Actor) -> bool:
    """A post that acts in the office tracks itself; a unit sees slips alone (0003), so the office does it there."""
    if not OFFICE_ROLES & set(approvals.roles_of(book, post)):
        return bool(OFFICE & actor.roles)
    return actor.in_office and bool(approvals.fits(book, [post], actor, ()))


def mine(book: Regime, actor: Actor) -> list[ColumnElement[bool]]:
    """The conditions of the cases that the actor tracks, none where there can't be any."""
    held = posts(book, actor)
    if not held:
        return []
    now = CaseTrack.institution_id == actor.institution_id, CaseTrack.post.in_(held), CaseTrack.left_at.is_(None)
    return [Case.state.in_([str(s) for s in RUNNING]), Case.id.in_(select(CaseTrack.case_id).where(*now))]
