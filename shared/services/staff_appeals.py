"""Whoever is punished may object once, and is heard by whom the rule book names (R3.09)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import ledger
from shared.domain.errors import Refused, needs
from shared.domain.ledger import PenaltyState
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor
from shared.models.penalty import Penalty, PenaltyYes
from shared.models.person import Grant, Person
from shared.services import cases
from shared.services.ledger import facts, lock, note, tell_people, tell_roles
from shared.services.penalty_payments import SPEAKS_FOR, concerned, parts_of
from shared.services.regimes import regime_of


def is_about(actor: Actor, row: Penalty) -> bool:
    """Whether the actor is punished, or speaks for the unit that is."""
    if row.person_id is not None:
        return row.person_id == actor.person_id
    return row.unit_id in actor.units_as(*SPEAKS_FOR)


def appeal(penalty_id: int, actor: Actor, now: dt.datetime, *, text: str, version: int | None = None) -> None:
    """Objects; nothing is paid until it is decided.

    Raises Refused('no_such_case') to everybody else, Refused('no_appeal') where the rule gives none,
    Refused('appealed_before'), Refused('missing', field='text').
    """
    with work() as session:
        found = session.get(Penalty, penalty_id)
        if found is None or not is_about(actor, found) or found.noticed_at is None:
            raise Refused("no_such_case")
        case = cases.lock(session, found.case_id) if found.case_id else None
        row = session.scalars(select(Penalty).where(Penalty.id == penalty_id).with_for_update()).one()
        if version is not None and version != row.version:
            raise Refused("stale", version=row.version)
        book = regime_of(session, row.regime_version_id)
        heard_by = ledger.hearers(book, ledger.rule_of(book, row.rule))
        if heard_by is None or case is None:
            raise Refused("no_appeal")
        if row.appealed_at is not None:
            raise Refused("appealed_before")
        ledger.check("appeal", row.state)
        needs(text=text)
        row.state, row.appeal = str(PenaltyState.APPEALED), text.strip()
        row.appealed_by, row.appealed_at = actor.person_id, now
        role = min(actor.roles)
        cases.record(session, case, "penalty_appealed", actor, now, role=role, facts=facts(row))
        tell_roles(session, row, "penalty_appealed", heard_by, now)


def decide(
    penalty_id: int, actor: Actor, now: dt.datetime, *, upheld: bool, text: str, version: int | None = None
) -> None:
    """The penalty stands or is taken back, with a reason that the person reads.

    Raises Refused('own_draft') for who proposed it, and for who approved it while somebody else could hear it.
    """
    with work() as session:
        line = lock(session, penalty_id, actor, "uphold" if upheld else "cancel", version)
        row, heard_by = line.row, ledger.hearers(line.book, line.rule) or frozenset()
        may = heard_by & line.held
        if not may:
            raise Refused("not_yours", action="decide_appeal")
        if actor.person_id == row.proposed_by or (_approved(session, row, actor) and _others(session, row, heard_by)):
            raise Refused("own_draft")
        needs(text=text)
        row.answer, row.answered_by, row.answered_at = text.strip(), actor.person_id, now
        settled = row.paid_at is not None or not (row.amount == 0 or parts_of(session, row.id, unpaid=True))
        stands = PenaltyState.PAID if settled else PenaltyState.NOTICED
        row.state = str(stands if upheld else PenaltyState.CANCELLED)
        note(session, line, "penalty_upheld" if upheld else "penalty_cancelled", actor, now, min(may))
        tell_people(session, row, "appeal_answered", concerned(session, row), now)


def _approved(session: Session, row: Penalty, actor: Actor) -> bool:
    yes = exists().where(PenaltyYes.penalty_id == row.id, PenaltyYes.by_id == actor.person_id)
    return bool(session.scalar(select(yes)))


def _others(session: Session, row: Penalty, roles: frozenset[Role]) -> bool:
    """Whether somebody could hear it who had no say before."""
    said = {row.proposed_by, row.person_id, row.appealed_by}
    said |= set(session.scalars(select(PenaltyYes.by_id).where(PenaltyYes.penalty_id == row.id)))
    query = (
        select(Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.institution_id == row.institution_id, Person.active, Grant.role.in_([str(r) for r in roles]))
        .where(Person.id.not_in({one for one in said if one is not None}))
    )
    return session.scalar(query.limit(1)) is not None
