"""Issuing a form with its number and its code, and telling anybody who holds one whether it is genuine."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import paper_codes
from shared.domain.errors import Refused
from shared.domain.lifecycle import OFFICE_ROLES
from shared.domain.numbering import paper_no
from shared.domain.regimes.records import Form
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.corrective import CorrectiveAction
from shared.models.institution import Institution
from shared.models.issued_paper import IssuedPaper
from shared.models.penalty import Penalty
from shared.models.slip import Slip
from shared.services import cases, counters, slips
from shared.services.throttling import count_try, forgive

GONE = frozenset({"withdrawn", "cancelled", "returned"})
OWN = "表"


@dataclass(frozen=True, slots=True)
class Genuine:
    """What is told of a genuine paper: nothing of its content and nothing of who complained."""

    house: str
    office: str
    name: str
    number: str
    issued_on: dt.date
    valid: bool


def issue(
    keys: Keys,
    case_id: int,
    form: Form,
    said: Mapping[str, str],
    actor: Actor,
    now: dt.datetime,
    *,
    slip_id: int | None = None,
    number: str = "",
) -> IssuedPaper:
    """The paper with its number and code; the same content again is the same paper, another one takes its place.

    `number` is the one number where something else has given it already. Raises Refused('no_such_case') where it isn't
    the actor's, Refused('not_now') for a slip that was taken back.
    """
    with work() as session:
        case, slip = _open(session, case_id, slip_id, actor)
        mark = crypto.keyed_hash(keys, "paper", json.dumps([form.code, *sorted(said.items())], ensure_ascii=False))
        same = IssuedPaper.case_id == case.id, IssuedPaper.slip_id == slip_id, IssuedPaper.form == form.code
        last = session.scalar(select(IssuedPaper).where(*same, IssuedPaper.void_at.is_(None)).limit(1))
        if last is not None and last.mark == mark:
            return last
        if last is not None:
            last.void_at = now
        own = number or (last.number if last is not None else "")
        row = IssuedPaper(institution_id=case.institution_id, case_id=case.id, slip_id=slip_id, form=form.code)
        row.number = own or _number(session, case, slip, form, now)
        row.name, row.mark, row.code = form.name, mark, paper_codes.new(secrets.randbelow)
        row.issued_at, row.by_id = now, actor.person_id or 0
        session.add(row)
        session.flush()
        return row


def _open(session: Session, case_id: int, slip_id: int | None, actor: Actor) -> tuple[Case, Slip | None]:
    if slip_id is None:
        case = cases.lock(session, case_id)
        if not cases.roles(session, case, actor) & OFFICE_ROLES:
            raise Refused("no_such_case")
        return case, None
    slip, case = slips.lock(session, slip_id)
    cases.roles(session, case, actor, slips.holders(slip))
    if slip.state in GONE:
        raise Refused("not_now", action="print", state=slip.state)
    return case, slip


def _number(session: Session, case: Case, slip: Slip | None, form: Form, now: dt.datetime) -> str:
    """The one number (R1.04): the case's, the slip's, or for a form that is counted by itself the next of its own."""
    if form.number == "slip" and slip is not None:
        return slip.number
    if form.number != "own":
        return case.register_no
    year = now.astimezone(ZoneInfo(session.get_one(Institution, case.institution_id).time_zone)).year
    return paper_no(OWN, year, counters.next_no(session, case.institution_id, f"form:{form.code}:{year}"))


def of_case(case_id: int) -> Sequence[IssuedPaper]:
    """What was issued about a case, oldest first; the caller has shown that the case is the reader's."""
    with reading() as session:
        return list(session.scalars(select(IssuedPaper).where(IssuedPaper.case_id == case_id).order_by(IssuedPaper.id)))


def beside(case_id: int) -> dict[str, str]:
    """Numbers and amounts of what was ordered because of a case: the newest action's, the newest penalty's."""
    with reading() as session:
        action = select(CorrectiveAction.number).where(CorrectiveAction.case_id == case_id)
        penalty = select(Penalty.number, Penalty.amount).where(Penalty.case_id == case_id, Penalty.number != "")
        fine = session.execute(penalty.order_by(Penalty.id.desc()).limit(1)).one_or_none()
        return {
            "capa_no": session.scalar(action.order_by(CorrectiveAction.id.desc()).limit(1)) or "",
            "penalty_no": fine[0] if fine else "",
            "amount": f"{fine[1]:.2f}" if fine else "",
        }


def verify(keys: Keys, typed: str, now: dt.datetime) -> Genuine:
    """What anybody may know of the paper with this code.

    Raises Refused('no_paper') alike for an unknown and for a mistyped code, Refused('wait', seconds) after many tries.
    """
    code = paper_codes.read(typed)
    if not code:
        raise Refused("no_paper")
    key = crypto.keyed_hash(keys, "papers", code)
    count_try(key, now)
    with reading() as session:
        query: Any = (
            select(IssuedPaper, Institution, Slip.state)
            .join(Institution, Institution.id == IssuedPaper.institution_id)
            .outerjoin(Slip, Slip.id == IssuedPaper.slip_id)
            .where(IssuedPaper.code == code)
        )
        found = session.execute(query).one_or_none()
        if found is None:
            raise Refused("no_paper")
        row, house, state = found
        on = row.issued_at.astimezone(ZoneInfo(house.time_zone)).date()
        valid = row.void_at is None and state not in GONE
        told = Genuine(house.name, house.office_name, row.name, row.number, on, valid)
    forgive(key)
    return told
