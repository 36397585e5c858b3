"""A flood of equal texts: each gets its receipt and its place, those past the first few wait in a list of their own.

Nothing is decided by that: a case set aside stays received, its limits run, and among what is due today or overdue it
stands like any other. The marks are forgotten after a few days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, func, literal_column, select, update

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import repeats
from shared.domain.lifecycle import State
from shared.domain.visibility import Actor, need
from shared.models.case import Case
from shared.services import barrier

PAGE = 50
MARKED: ColumnElement[bool] = literal_column("\"case\".text_mark <> ''")
HELD: ColumnElement[bool] = literal_column('"case".held_at is not null')
"""Written as their indexes have it."""
SWEPT = 1000


def mark_of(keys: Keys, text: str) -> str:
    """What a new case remembers of its text for a few days."""
    return repeats.mark_of(bytes.fromhex(crypto.keyed_hash(keys, "repeated text", "")), text)


def sweep(now: dt.datetime) -> int:
    """Sets aside what repeats what others have said, and forgets old marks; returns how many were set aside."""
    since = now - repeats.REMEMBERED
    with reading() as session:
        query = select(Case.institution_id, Case.id, Case.text_mark).where(MARKED, Case.received_at > since)
        places: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for institution_id, case_id, mark in session.execute(query.order_by(Case.id)):
            places[institution_id].append((case_id, mark))
    found = [case_id for marks in places.values() for case_id in repeats.surplus(marks)]
    with work() as session:  # as bare updates: nobody's open form grows stale by it
        new = Case.held_at.is_(None), Case.state == str(State.RECEIVED)
        held = 0
        for at in range(0, len(found), SWEPT):
            some = update(Case).where(Case.id.in_(found[at : at + SWEPT]), *new).values(held_at=now)
            held += len(session.execute(some.returning(Case.id)).all())
        old = select(Case.id).where(MARKED, Case.received_at <= since).limit(SWEPT)
        session.execute(update(Case).where(Case.id.in_(old)).values(text_mark=""))
    return held


def listed(actor: Actor) -> tuple[list[Case], int]:
    """The first of what is set aside, the oldest first, and how many there are; raises Refused('not_yours')."""
    need(actor, "release_held")
    with reading() as session:
        cases = session.scalars(select(Case).where(*_own(actor)).order_by(Case.id).limit(PAGE)).all()
        number = session.scalar(select(func.count()).select_from(Case).where(*_own(actor))) or 0
        return list(cases), number


def release(actor: Actor, case_ids: Collection[int] | None) -> int:
    """Puts cases back among the new ones, all of them where None is given; returns how many.

    Their marks are forgotten: what a person has let through isn't set aside again. Raises Refused('not_yours').
    """
    need(actor, "release_held")
    which = [] if case_ids is None else [Case.id.in_(set(case_ids))]
    with work() as session:
        back = update(Case).where(Case.id.in_(select(Case.id).where(*_own(actor), *which)))
        return len(session.execute(back.values(held_at=None, text_mark="").returning(Case.id)).all())


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    waiting = Case.state == str(State.RECEIVED)
    return HELD, waiting, Case.institution_id == actor.institution_id, barrier.open_to(actor)
