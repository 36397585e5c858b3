"""Whose fault it was: found with a reason by whom the rule book names, never by whom it is about (R24.03)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import ledger
from shared.domain.errors import Refused, needs
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.finding import Finding
from shared.models.person import Person
from shared.models.unit import Unit
from shared.services import cases


def find(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    code: str,
    reason: str,
    unit_id: int | None = None,
    person_id: int | None = None,
    version: int | None = None,
) -> int:
    """Records whose fault it was and why.

    Raises Refused('missing', field), Refused('not_yours'), Refused('own_matter') and as `subject`.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        held = cases.roles(session, case, actor)
        book = cases.regime(session, case)
        rule = next((one for one in book.attributions if one.code == code), None)
        if rule is None:
            raise Refused("missing", field="code")
        may = ledger.finders(book, code) & held
        if not may:
            raise Refused("not_yours", action="find")
        needs(reason=reason)
        if rule.subject == "person" and not person_id:  # R13.13: down to the individual where it can be told
            raise Refused("missing", field="person_id")
        if rule.subject == "unit" and not unit_id:
            raise Refused("missing", field="unit_id")
        subject(session, case.institution_id, actor, person_id=person_id, unit_id=unit_id)
        row = Finding(case_id=case.id, code=code, unit_id=unit_id or None, person_id=person_id or None, at=now)
        row.reason, row.by_id = reason.strip(), actor.person_id
        session.add(row)
        session.flush()
        cases.record(session, case, "finding_made", actor, now, role=min(may), facts={"finding": code})
        return row.id


def subject(session: Session, institution_id: int, actor: Actor, *, person_id: int | None, unit_id: int | None) -> None:
    """Whom it is about, checked.

    Raises Refused('no_such_person'), Refused('no_such_unit'), and Refused('own_matter') where the actor is one of them.
    """
    person = session.get(Person, person_id) if person_id else None
    if person_id and (person is None or person.institution_id != institution_id):
        raise Refused("no_such_person", field="person_id")
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit_id and (unit is None or unit.institution_id != institution_id):
        raise Refused("no_such_unit", field="unit_id")
    apart(actor, person_id=person_id, unit_id=unit_id)


def apart(actor: Actor, *, person_id: int | None, unit_id: int | None) -> None:
    """Raises Refused('own_matter') where it is about the actor, or about a unit that the actor works in."""
    if person_id and person_id == actor.person_id:
        raise Refused("own_matter")
    if unit_id and any(h.unit_id == unit_id for h in actor.held):
        raise Refused("own_matter")


def holding(rows: Iterable[Finding]) -> list[Finding]:
    """What holds now, oldest first: of several about the same person or unit the last."""
    last: dict[tuple[int | None, int | None], Finding] = {}
    for row in sorted(rows, key=lambda r: r.id):
        last.pop((row.unit_id, row.person_id), None)
        last[row.unit_id, row.person_id] = row
    return list(last.values())


def of_case(session: Session, case_id: int) -> list[Finding]:
    """Every finding of a case, oldest first."""
    return list(session.scalars(select(Finding).where(Finding.case_id == case_id).order_by(Finding.id)))


def by_default(session: Session, case: Case, book: Regime, code: str, unit_id: int | None, now: dt.datetime) -> None:
    """What silence finds (R24.04, R24.10), where the rule book says so."""
    if code in {one.code for one in book.attributions}:
        session.add(Finding(case_id=case.id, code=code, unit_id=unit_id, reason="", by_id=None, at=now))
