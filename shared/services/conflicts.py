"""Naming whom a complaint is about: they, those below and those above are kept from it from then on (R4.06)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import conflicts
from shared.domain.conflicts import Node
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import CASE_STEPS, ENDED, Role, Route, State
from shared.domain.visibility import SYSTEM, Actor, Barred, Held
from shared.models.answer import Answer, Decision
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.event import Event
from shared.models.person import Grant, Person
from shared.models.slip import CoHandling, Reply, Slip
from shared.models.unit import Unit
from shared.services import barrier, cases
from shared.services.helps import OPEN_HELP
from shared.services.slips import cancel_open

NEEDED = {
    Route.TRANSFER: frozenset({Role.INTAKE, Role.DISPATCHER}),
    Route.INVESTIGATE: frozenset({Role.INTAKE, Role.INVESTIGATOR, Role.GOV_LEADER}),
}
"""Without one of these a case can't be brought to its end."""
TIME_TO_CORRECT = dt.timedelta(days=7)
"""A wrong name can be taken away before a case that nobody may open is archived by itself."""
BATCH = 50


@dataclass(frozen=True, slots=True)
class Named:
    """Units and people complained about; `refer_to` is the superior body, where nobody else is left."""

    units: Collection[int]
    people: Collection[int]
    refer_to: str = ""
    reason: str = ""


def name(case_id: int, actor: Actor, now: dt.datetime, named: Named, *, version: int | None = None) -> bool:
    """Bars whom the complaint is about and what follows; returns whether the actor is barred as well.

    A slip or a handler that is barred loses the case at once. Raises Refused('nobody_left') where the case must be
    handed up and no body is stated, Refused('chief_lifts') where somebody else than the chief takes a name away.
    """
    with work() as session:
        return name_within(session, cases.lock(session, case_id, version), actor, now, named)


def name_within(session: Session, case: Case, actor: Actor, now: dt.datetime, named: Named) -> bool:
    """`name` in a transaction that the caller commits, for a case that is locked or new."""
    held = cases.roles(session, case, actor)
    staff = _staff(session, case.institution_id)
    tree = _tree(session, case.institution_id)
    units, people = set(named.units) & set(tree), set(named.people) & set(staff)
    _only_more(session, case, units, people, held)
    found = conflicts.follows(units, {p: staff[p] for p in people}, tree)
    facts = {"units": sorted(units), "people": sorted(people)}
    cases.act(session, case, "name_respondents", actor, now, facts=facts)
    session.flush()
    needed = {role for route in cases.regime(session, case).routes for role in NEEDED[route]}
    if not conflicts.anybody_left(staff, found, needed):
        _hand_up(session, case, actor, now, named)
    _take_away(session, case, actor, now, found, staff)
    _write(session, case, actor, now, found, units, people)
    return found.stops(actor)


def people_of(institution_id: int) -> dict[int, str]:
    """The institution's staff by name, for the choice of whom a complaint is about."""
    with reading() as session:
        query = select(Person.id, Person.name).where(Person.institution_id == institution_id, Person.active)
        return {i: name for i, name in session.execute(query.order_by(Person.id))}


def archive_unseen(now: dt.datetime) -> int:
    """Archives by itself what has ended and no archivist may open; returns how many.

    The event names how many papers of each kind the file holds, so that the auditor, and whoever the case was handed
    up to, can count them.
    """
    waiting = select(Case.id).where(Case.state.in_(ENDED), Case.id.in_(select(CaseBar.case_id)))
    quiet = ~exists().where(Event.case_id == Case.id, Event.at > now - TIME_TO_CORRECT)
    with reading() as session:
        found = list(session.scalars(waiting.where(quiet).order_by(Case.id).limit(BATCH)))
        session.rollback()
    return sum(_archive_unseen(case_id, now) for case_id in found)


def _archive_unseen(case_id: int, now: dt.datetime) -> bool:
    with work() as session:
        case = cases.lock(session, case_id)
        staff = _staff(session, case.institution_id)
        if case.state not in ENDED or conflicts.anybody_left(staff, barrier.of(session, case_id), [Role.ARCHIVIST]):
            return False
        cases.act(session, case, "archive", SYSTEM, now, facts={"papers": _papers(session, case_id)})
        case.archived_at = now
        return True


def _papers(session: Session, case_id: int) -> dict[str, int]:
    """How many papers of each kind the file holds."""
    kinds: dict[str, Any] = {
        "slips": Slip,
        "replies": Reply,
        "decisions": Decision,
        "answers": Answer,
        "files": Attachment,
    }
    counted = [select(func.count()).where(model.case_id == case_id).scalar_subquery() for model in kinds.values()]
    return {"register": 1, **dict(zip(kinds, session.execute(select(*counted)).one(), strict=True))}


def _only_more(session: Session, case: Case, units: set[int], people: set[int], held: Iterable[Role]) -> None:
    """A name may be added by whoever hears the case, but taken away by the chief alone: nobody frees a friend."""
    query = select(CaseBar.unit_id, CaseBar.person_id).where(CaseBar.case_id == case.id, CaseBar.named)
    gone = [(u, p) for u, p in session.execute(query) if not (u in units or p in people)]
    if gone and Role.CHIEF not in set(held):
        raise Refused("chief_lifts")


def _hand_up(session: Session, case: Case, actor: Actor, now: dt.datetime, named: Named) -> None:
    """Nobody is left: the superior body decides, and the citizen is told so."""
    if State(case.state) not in CASE_STEPS["hand_up"].frm:
        return
    if not named.refer_to.strip():
        raise Refused("nobody_left", field="refer_to")
    needs(reason=named.reason)
    cases.act(session, case, "hand_up", actor, now)
    cancel_open(session, case)
    told = Decision(case_id=case.id, kind="referred", by_id=actor.person_id or 0, at=now)
    told.reason, told.redirect = named.reason.strip(), named.refer_to.strip()
    session.add(told)


def _take_away(
    session: Session, case: Case, actor: Actor, now: dt.datetime, found: Barred, staff: dict[int, list[Held]]
) -> None:
    """Whoever is barred and holds the case, loses it: the slip is cancelled, a helper is done without."""
    slips = select(Slip.id).where(Slip.case_id == case.id)
    open_part = CoHandling.slip_id.in_(slips), CoHandling.state.in_(OPEN_HELP)
    session.execute(update(CoHandling).where(*open_part, CoHandling.unit_id.in_(found.units)).values(state="waived"))
    handler = staff.get(case.handler_id or 0, [])
    theirs = case.handler_id in found.people or bool({h.unit_id for h in handler} & found.units)
    if (case.unit_id in found.units or theirs) and State(case.state) in CASE_STEPS["bar_handler"].frm:
        cancel_open(session, case)
        cases.act(session, case, "bar_handler", actor, now)


def _write(
    session: Session, case: Case, actor: Actor, now: dt.datetime, found: Barred, units: set[int], people: set[int]
) -> None:
    session.flush()
    session.execute(delete(CaseBar).where(CaseBar.case_id == case.id))
    told = {"case_id": case.id, "by_id": actor.person_id or 0, "at": now}
    session.add_all(CaseBar(unit_id=u, named=u in units, **told) for u in sorted(found.units))
    session.add_all(CaseBar(person_id=p, named=p in people, **told) for p in sorted(found.people))


def _tree(session: Session, institution_id: int) -> dict[int, Node]:
    query = select(Unit.id, Unit.parent_id, Unit.kind).where(Unit.institution_id == institution_id)
    return {i: Node(parent, kind) for i, parent, kind in session.execute(query)}


def _staff(session: Session, institution_id: int) -> dict[int, list[Held]]:
    query = select(Person.id, Grant.role, Grant.unit_id).outerjoin(Grant, Grant.person_id == Person.id)
    found: dict[int, list[Held]] = {}
    for person, role, unit in session.execute(query.where(Person.institution_id == institution_id, Person.active)):
        found.setdefault(person, []).extend([Held(Role(role), unit)] if role else [])
    return found
