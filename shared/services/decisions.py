"""What the office decides about a complaint before it is handled: accept, refuse, refer, classify, ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import triggers
from shared.domain.errors import Refused, needs
from shared.domain.visibility import CITIZEN, Actor
from shared.models.answer import Decision, Note
from shared.models.case import Case
from shared.models.question import Question
from shared.services import assessments, case_fields, cases, consents, promises
from shared.services.slips import cancel_open


def accept(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    category: str,
    severity: str,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """Accepts a complaint and classifies it (R2.03, R5.05); `fields` are the rule book's own, by code.

    Raises Refused('missing', field) when the category or, where the regime has classes, the severity is not one of it,
    Refused('class_by_facts') for a class lighter than what is on record, and for the fields as `fields.read` and
    `promises.told` do.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        _class(session, case, category, severity)
        case_fields.keep(session, case, cases.regime(session, case), ("register", "accept"), fields, actor, now)
        cases.act(session, case, "accept", actor, now, facts={"category": category, "severity": severity})
        session.flush()
        promises.told(session, case, actor, now, fields or {})
        assessments.by_class(session, case, actor, now)
        session.add(Decision(case_id=case.id, kind="accepted", by_id=actor.person_id or 0, at=now))


def refuse(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    ground: str,
    reason: str,
    basis: str,
    redirect: str,
    version: int | None = None,
) -> None:
    """Refuses a complaint with reason and basis (R5.05: both), and says where to go instead (R9.08, R17.02: must).

    Raises Refused('missing', field) when one of them is empty or the ground is not the regime's.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        rule = cases.regime(session, case).refusal
        if ground not in {g.code for g in rule.grounds}:
            raise Refused("missing", field="ground")
        asked = {"basis": (basis, rule.needs_basis), "redirect": (redirect, rule.needs_redirect)}
        needs(reason=reason, **{name: text for name, (text, needed) in asked.items() if needed})
        cases.act(session, case, "refuse", actor, now, facts={"ground": ground})
        session.add(
            Decision(
                case_id=case.id,
                kind="refused",
                reason=reason.strip(),
                basis=basis.strip(),
                redirect=redirect.strip(),
                by_id=actor.person_id or 0,
                at=now,
            )
        )


def refer(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    body: str,
    reason: str,
    share: bool = False,
    version: int | None = None,
) -> None:
    """Sends a complaint to the outside body that is competent; `share` tells it who complains.

    Raises Refused('missing', field), Refused('no_share_consent') where the citizen has not agreed to that very body.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        needs(body=body, reason=reason)
        if share:
            consents.check_share(session, case, body)
        cases.act(session, case, "refer", actor, now, facts={"identity": share})
        session.add(
            Decision(
                case_id=case.id,
                kind="referred",
                reason=reason.strip(),
                redirect=body.strip(),
                by_id=actor.person_id or 0,
                at=now,
            )
        )


def classify(
    case_id: int, actor: Actor, now: dt.datetime, *, category: str, severity: str, version: int | None = None
) -> None:
    """Changes category and severity; running limits are counted anew from their own start (R2.05, R2.06)."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        _class(session, case, category, severity)
        cases.act(session, case, "classify", actor, now, facts={"category": category, "severity": severity})
        session.flush()
        assessments.by_class(session, case, actor, now)


def ask_question(
    case_id: int, actor: Actor, now: dt.datetime, *, text: str, due_day: dt.date, version: int | None = None
) -> int:
    """Asks the citizen to supplement; the clocks pause only where the regime says so.

    Raises Refused('missing', field), Refused('question_open') while one is unanswered, Refused('past_day').
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        needs(text=text)
        if case.waiting:
            raise Refused("question_open")
        if due_day < now.astimezone(cases.zone(session, case.institution_id)).date():
            raise Refused("past_day", field="due_day")
        pauses = cases.regime(session, case).question_pauses
        case.waiting = True
        question = Question(
            case_id=case.id,
            text=text.strip(),
            due_day=due_day,
            pauses=pauses,
            asked_by=actor.person_id or 0,
            asked_at=now,
        )
        session.add(question)
        cases.act(session, case, "ask_question", actor, now, units=_own(case))
        session.flush()
        return question.id


def answer_question(case_id: int, actor: Actor, now: dt.datetime, *, text: str) -> None:
    """Answers the open question, by the citizen online or by staff who heard it; raises Refused('no_question')."""
    with work() as session:
        case = cases.lock(session, case_id)
        needs(text=text)
        question = _open_question(session, case)
        question.answer, question.answered_at = text.strip(), now
        case.waiting = False
        cases.act(session, case, "answer_question", actor, now)


def lapse_question(case_id: int, actor: Actor, now: dt.datetime) -> None:
    """Ends the waiting for an answer that did not come; the case goes on with what is known."""
    with work() as session:
        case = cases.lock(session, case_id)
        _open_question(session, case).lapsed_at = now
        case.waiting = False
        cases.act(session, case, "lapse_question", actor, now)


def record_consent(case_id: int, actor: Actor, now: dt.datetime, *, how: str, version: int | None = None) -> None:
    """Records how the citizen agreed that the unit answers directly (R2.16): phone, face or letter."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        if how not in {"phone", "face", "letter"}:
            raise Refused("missing", field="how")
        case.consent_direct = how
        consents.note_given(session, case, "direct", how, now)
        cases.act(session, case, "record_consent", actor, now, facts={"how": how})


def add_note(case_id: int, actor: Actor, now: dt.datetime, *, text: str) -> None:
    """Leaves an internal remark; the citizen and the units never see it."""
    with work() as session:
        case = cases.lock(session, case_id)
        needs(text=text)
        session.add(Note(case_id=case.id, text=text.strip(), by_id=actor.person_id or 0, at=now))
        cases.act(session, case, "add_note", actor, now)


def withdraw(case_id: int, now: dt.datetime) -> None:
    """Takes the complaint back on the citizen's word, until it is answered; open slips are cancelled."""
    with work() as session:
        case = cases.lock(session, case_id)
        cases.act(session, case, "withdraw", CITIZEN, now)
        case.closed_at, case.waiting = now, False
        cancel_open(session, case)


def _own(case: Case) -> list[int]:
    return [case.unit_id] if case.unit_id else []


def _open_question(session: Session, case: Case) -> Question:
    question = session.scalar(
        select(Question).where(
            Question.case_id == case.id, Question.answered_at.is_(None), Question.lapsed_at.is_(None)
        )
    )
    if question is None:
        raise Refused("no_question")
    return question


def _class(session: Session, case: Case, category: str, severity: str) -> None:
    regime = cases.regime(session, case)
    if category not in {c.code for c in regime.categories}:
        raise Refused("missing", field="category")
    if regime.severities and severity not in {s.code for s in regime.severities}:
        raise Refused("missing", field="severity")
    if triggers.lighter(regime, severity, assessments.least(session, case)):
        raise Refused("class_by_facts", field="severity")
    case.category, case.severity = category, severity if regime.severities else ""
