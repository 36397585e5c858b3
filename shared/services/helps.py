"""A further unit helps with a slip (R2.13): the office decides, in a confidential case two of it; the unit answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.event import Event
from shared.models.slip import CoHandling, Slip
from shared.models.unit import Unit
from shared.services import cases, slips

OPEN_HELP = ("asked", "signing", "agreed")
"""States of a unit's help that is neither given nor done without."""


def decide_help(
    help_id: int, actor: Actor, now: dt.datetime, *, agreed: bool, comment: str = "", waive: bool = False
) -> None:
    """The office agrees to a co-handling unit, declines it, or does without an opinion that did not come.

    The first yes in a confidential case lays it before a second person, one of the two a leader (promises 1.6).
    Raises Refused('own_draft') for whoever said the first yes, Refused('needs_signature') where neither leads.
    """
    with work() as session:
        part, slip, case = _part(session, help_id)
        if (part.state != "agreed") == waive or part.state not in OPEN_HELP:
            raise Refused("not_now", action="decide_help", state=part.state)
        if not agreed:
            needs(comment=comment)
        elif case.mode == "confidential" and not _second(session, slip, case, part, actor):
            slips.act_slip(session, slip, case, "lay_help", actor, now, facts={"unit": part.unit_id})
            part.state, part.comment = "signing", comment.strip()
            return
        part.state = "waived" if waive else "agreed" if agreed else "declined"
        part.comment, part.decided_at = comment.strip() or part.comment, now
        slips.act_slip(
            session, slip, case, "decide_help", actor, now, facts={"unit": part.unit_id, "result": part.state}
        )


def give_help(help_id: int, actor: Actor, now: dt.datetime, *, opinion: str) -> None:
    """The co-handling unit gives its opinion to the lead unit; raises Refused('missing', field='opinion')."""
    with work() as session:
        part, slip, case = _part(session, help_id)
        needs(opinion=opinion)
        if part.state != "agreed":
            raise Refused("not_now", action="give_help", state=part.state)
        slips.act_slip(
            session, slip, case, "give_help", actor, now, units=_own(session, part), facts={"unit": part.unit_id}
        )
        part.state, part.opinion = "done", opinion.strip()
        part.done_by, part.done_at = actor.person_id, now


def _second(session: Session, slip: Slip, case: Case, part: CoHandling, actor: Actor) -> bool:
    """Whether this yes is the second one; a unit barred since gets nothing."""
    held = cases.roles(session, case, actor)
    if part.state != "signing":
        return False
    laid = select(Event).where(Event.case_id == case.id, Event.slip_id == slip.id, Event.kind == "co_laid")
    first = next(e for e in session.scalars(laid.order_by(Event.seq.desc())) if e.facts["unit"] == part.unit_id)
    if actor.person_id == first.actor_id:
        raise Refused("own_draft")
    if Role.CHIEF not in {*held, first.actor_role}:
        raise Refused("needs_signature")
    slips.check_unit(session, case, part.unit_id)
    return True


def _part(session: Session, help_id: int) -> tuple[CoHandling, Slip, Case]:
    slip_id = session.scalar(select(CoHandling.slip_id).where(CoHandling.id == help_id))
    if slip_id is None:
        raise Refused("no_such_case")
    slip, case = slips.lock(session, slip_id)
    return session.get_one(CoHandling, help_id), slip, case


def _own(session: Session, part: CoHandling) -> set[int]:
    """The co-handling unit and its sections."""
    return {part.unit_id, *session.scalars(select(Unit.id).where(Unit.parent_id == part.unit_id))}
