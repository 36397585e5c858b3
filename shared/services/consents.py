"""Consents as rows: for which purpose, under which version of the notice, given and withdrawn when.

What a form asks for is written down a moment after the form was sent, by a sweep, so that filing a complaint stays
one short transaction.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role, State
from shared.domain.visibility import CITIZEN, Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.privacy import Consent
from shared.services import cases, privacy_notices

NEWEST = 1000


def keep(now: dt.datetime, newest: int | None = NEWEST, limit: int = 200) -> int:
    """Writes down the consents of forms that have come in since; returns for how many cases. May run twice."""
    with reading() as session:
        known = select(Consent.case_id)
        asked = or_(Complainant.notify != "none", Case.consent_direct == "form")
        query = select(Case.id).join(Complainant, Complainant.case_id == Case.id).where(asked, Case.id.not_in(known))
        if newest is not None:
            query = query.where(Case.id > (session.scalar(select(func.max(Case.id))) or 0) - newest)
        found = list(session.scalars(query.order_by(Case.id).limit(limit)))
        session.rollback()
    for case_id in found:
        with work() as session:
            case = cases.lock(session, case_id)
            if not _of(session, case_id):
                _from_form(session, case, session.get(Complainant, case_id))
    return len(found)


def _from_form(session: Session, case: Case, who: Complainant | None) -> None:
    number = privacy_notices.in_force(session, case.institution_id, case.received_at)
    purposes = ["notify"] if who is not None and who.notify != "none" else []
    purposes += ["direct"] if case.consent_direct == "form" else []
    for purpose in purposes:
        given = Consent(case_id=case.id, purpose=purpose, notice_no=number, how="form", given_at=case.received_at)
        session.add(given)


def note_given(session: Session, case: Case, purpose: str, how: str, now: dt.datetime) -> None:
    """Writes down a consent that staff heard, within their transaction."""
    number = privacy_notices.recorded(session, case.institution_id, now).number
    session.add(Consent(case_id=case.id, purpose=purpose, notice_no=number, how=how, given_at=now))


def ask(case_id: int, actor: Actor, now: dt.datetime, *, recipient: str, version: int | None = None) -> int:
    """Asks the citizen whether the identity may go to another body (art. 23); until then it stays here.

    Raises Refused('no_identity'), Refused('missing', field), Refused('asked_already'), Refused('not_yours').
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        if Role.INTAKE not in cases.roles(session, case, actor):
            raise Refused("not_yours", action="ask_consent")
        needs(body=recipient)
        if session.get(Complainant, case_id) is None:
            raise Refused("no_identity")
        if case.state != State.RECEIVED:
            raise Refused("not_now", action="ask_consent", state=case.state)
        if any(c.purpose == "refer" and c.recipient == recipient.strip() and _open(c) for c in _of(session, case_id)):
            raise Refused("asked_already")
        number = privacy_notices.recorded(session, case.institution_id, now).number
        row = Consent(case_id=case.id, purpose="refer", recipient=recipient.strip(), notice_no=number)
        row.asked_by, row.asked_at = actor.person_id, now
        session.add(row)
        session.flush()
        cases.record(session, case, "consent_asked", actor, now, role=Role.INTAKE, facts={"consent": row.id})
        return row.id


def answer(case_id: int, consent_id: int, now: dt.datetime, *, agreed: bool) -> None:
    """The citizen's own yes or no; raises Refused('not_now') where nothing is asked any more."""
    with work() as session:
        case, row = _locked(session, case_id, consent_id)
        if not _open(row) or row.given_at is not None:
            raise Refused("not_now", action="consent")
        row.how = "page"
        row.given_at, row.refused_at = (now, None) if agreed else (None, now)
        _record(session, case, "consent_given" if agreed else "consent_refused", row, now)


def withdraw(case_id: int, consent_id: int, now: dt.datetime) -> None:
    """Takes a consent back: from now on nothing is done on its ground (art. 15). Raises Refused('not_now')."""
    with work() as session:
        case, row = _locked(session, case_id, consent_id)
        if row.given_at is None or row.withdrawn_at is not None:
            raise Refused("not_now", action="consent")
        row.withdrawn_at = now
        who = session.get(Complainant, case_id)
        if row.purpose == "notify" and who is not None:
            who.notify = "none"
        if row.purpose == "direct":
            case.consent_direct = ""
        _record(session, case, "consent_withdrawn", row, now)


def check_share(session: Session, case: Case, recipient: str) -> None:
    """Raises Refused('no_share_consent') unless the citizen agreed that this very body may know who complains."""
    for row in _of(session, case.id):
        valid = row.purpose == "refer" and row.given_at is not None and row.withdrawn_at is None
        if valid and _body(row.recipient) == _body(recipient):
            return
    raise Refused("no_share_consent", field="share")


def _body(written: str) -> str:
    """The name alone: a list of bodies adds matter and contact in brackets, a clerk a line below."""
    return written.strip().split("\n")[0].split("（")[0].strip()


def of_case(session: Session, case_id: int) -> list[Consent]:
    """The consents of a case, oldest first."""
    return _of(session, case_id)


def _of(session: Session, case_id: int) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.id)))


def _open(row: Consent) -> bool:
    return row.refused_at is None and row.withdrawn_at is None


def _locked(session: Session, case_id: int, consent_id: int) -> tuple[Case, Consent]:
    case = cases.lock(session, case_id)
    mine = and_(Consent.id == consent_id, Consent.case_id == case_id)
    row = session.scalar(select(Consent).where(mine).with_for_update())
    if row is None:
        raise Refused("no_such_case")
    return case, row


def _record(session: Session, case: Case, kind: str, row: Consent, now: dt.datetime) -> None:
    cases.record(session, case, kind, CITIZEN, now, role=Role.CITIZEN, facts={"purpose": row.purpose})
