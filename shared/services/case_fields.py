"""The rule book's own fields of a case: kept with the step that asks for them, read back by code."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import fields
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.visibility import DONE_BY, Actor
from shared.models.case import Case
from shared.models.case_field import CaseField
from shared.services import cases

DRAFT = "draft"
"""The step of what somebody has begun to fill in and not handed in."""


def keep(
    session: Session,
    case: Case,
    book: Regime,
    steps: Collection[str],
    answers: Mapping[str, str] | None,
    actor: Actor,
    now: dt.datetime,
    *,
    slip_id: int | None = None,
    draft: bool = False,
) -> None:
    """Keeps what these steps ask for, within the transaction of the step itself; unchanged answers aren't kept twice.

    A draft may lack anything. None where the step came by no form that could ask: in bulk, by the system. Raises as
    `fields.read` does.
    """
    wanted = [one for one in fields.asked(book, *steps, channel=case.channel, category=case.category, mode=case.mode)]
    wanted = [one for one in wanted if not fields.of_person(one)]
    if answers is None or not wanted:
        return
    known = values(session, case.id, slip_id)
    said = {one.code: answers.get(one.code, known.get(one.code, "")) for one in wanted}
    found = fields.check(wanted, said, draft=draft)
    changed = {code: value for code, value in found.items() if draft or known.get(code) != value}
    if changed:
        session.add(_row(case, DRAFT if draft else min(steps), changed, actor, now, slip_id))


def fill(
    case_id: int, actor: Actor, now: dt.datetime, step: str, answers: Mapping[str, str], *, version: int | None = None
) -> None:
    """Keeps what a step beside the case asks for; it stands in the case's story by whom and when.

    Raises Refused('not_yours'), and as `fields.read` does.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        held = cases.roles(session, case, actor) & DONE_BY["fill_form"]
        if not held:
            raise Refused("not_yours", action="fill_form")
        keep(session, case, cases.regime(session, case), (step,), answers, actor, now)
        cases.record(session, case, "form_filled", actor, now, role=min(held), facts={"step": step})


def values(session: Session, case_id: int, slip_id: int | None = None, *, drafts: bool = False) -> dict[str, str]:
    """The newest answers by code; with `slip_id` those of that slip, with `drafts` what isn't handed in yet too."""
    query = select(CaseField).where(CaseField.case_id == case_id).order_by(CaseField.id)
    if slip_id is not None:
        query = query.where(CaseField.slip_id == slip_id)
    return newest(row.answers for row in session.scalars(query) if drafts or row.step != DRAFT)


def newest(rows: Iterable[str]) -> dict[str, str]:
    """The newest word on each field, of rows from the oldest on; an erased row says nothing."""
    found: dict[str, str] = {}
    for answers in rows:
        found |= json.loads(answers) if answers else {}
    return found


def to_slip(session: Session, case_id: int, slip_id: int) -> None:
    """What was filled for a transfer that another had to sign goes with its slip."""
    waiting = CaseField.case_id == case_id, CaseField.step == "transfer", CaseField.slip_id.is_(None)
    session.execute(update(CaseField).where(*waiting).values(slip_id=slip_id))


def of_complaint(
    book: Regime, mode: str, channel: str, category: str, answers: Mapping[str, str] | None
) -> tuple[dict[str, str], dict[str, str]]:
    """What a new complaint's answers are: those about the matter by code, and those about the person by name.

    Raises as `fields.read` does.
    """
    if answers is None:
        return {}, {}
    steps = ("file",) if channel == "web" else ("file", "register")
    wanted = fields.asked(book, *steps, channel=channel, category=category, mode=mode)
    found = fields.check(wanted, answers)
    person = {one.code for one in wanted if fields.of_person(one)}
    matter = {code: value for code, value in found.items() if code not in person}
    return matter, {fields.PREFIX + code: found[code] for code in found if code in person}


def of_new(case: Case, answers: Mapping[str, str], actor: Actor, now: dt.datetime) -> list[CaseField]:
    """The row of a new complaint's answers about the matter, if there are any."""
    return [_row(case, "file", answers, actor, now, None)] if answers else []


def _row(
    case: Case, step: str, answers: Mapping[str, str], actor: Actor, now: dt.datetime, slip_id: int | None
) -> CaseField:
    told = json.dumps(answers, ensure_ascii=False)
    return CaseField(case_id=case.id, slip_id=slip_id, step=step, answers=told, by_id=actor.person_id, at=now)
