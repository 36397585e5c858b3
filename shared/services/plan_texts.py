"""The text of the emergency plan by version (R21.06): the leading group proposes, its head approves."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from shared.db import reading, work
from shared.domain import incidents as rules
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor, need
from shared.models.incident import PlanText
from shared.models.institution import Institution
from shared.models.person import Person
from shared.services.regimes import regime_of


def propose(actor: Actor, now: dt.datetime, *, text: str, why: str) -> int:
    """A new text, for approval; raises Refused('no_plan'), Refused('missing', field), Refused('plan_waits')."""
    need(actor, "propose_plan")
    needs(text=text, why=why)
    with work() as session:
        place = session.scalars(
            select(Institution).where(Institution.id == actor.institution_id).with_for_update()
        ).one()
        rules.plan_of(regime_of(session, place.regime_version_id))
        own = PlanText.institution_id == place.id
        if session.scalar(select(PlanText.id).where(own, PlanText.state == "submitted").limit(1)):
            raise Refused("plan_waits")
        number = (session.scalar(select(func.max(PlanText.number)).where(own)) or 0) + 1
        row = PlanText(institution_id=place.id, number=number, state="submitted", drafted_at=now)
        row.text, row.why, row.drafted_by = text.strip(), why.strip(), actor.person_id or 0
        session.add(row)
        session.flush()
        return row.id


def decide(plan_id: int, actor: Actor, now: dt.datetime, *, approved: bool, comment: str = "") -> None:
    """Says yes, from when on it is in force, or sends it back with a comment.

    Raises Refused('not_yours') for anybody but whom the rule book names, Refused('own_draft'), Refused('not_now').
    """
    need(actor, "decide_plan")
    with work() as session:
        row = session.scalar(select(PlanText).where(PlanText.id == plan_id).with_for_update())
        if row is None or row.institution_id != actor.institution_id:
            raise Refused("no_such_case")
        book = regime_of(session, session.get_one(Institution, row.institution_id).regime_version_id)
        if rules.approver_of(book, "plan") not in actor.roles:
            raise Refused("not_yours", action="plan")
        if row.state != "submitted":
            raise Refused("not_now", action="plan")
        if row.drafted_by == actor.person_id:
            raise Refused("own_draft")
        if not approved:
            needs(comment=comment)
        row.state = "approved" if approved else "returned"
        row.decided_by, row.decided_at, row.comment = actor.person_id, now, comment.strip()


def listed(actor: Actor) -> list[tuple[PlanText, str, str]]:
    """Every version, newest first, with who wrote and who decided."""
    with reading() as session:
        rows = session.scalars(
            select(PlanText).where(PlanText.institution_id == actor.institution_id).order_by(PlanText.number.desc())
        ).all()
        ids = {n for row in rows for n in (row.drafted_by, row.decided_by) if n is not None}
        names = {i: name for i, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
        return [(row, names.get(row.drafted_by, ""), names.get(row.decided_by or 0, "")) for row in rows]
