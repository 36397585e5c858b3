"""What is said in public about an incident (R21.05): drafted by one, approved by another, free of the complainant."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import work
from shared.domain import incidents as rules
from shared.domain import publication
from shared.domain.errors import Refused, needs
from shared.domain.incidents import Statement
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.incident import Incident, PublicStatement
from shared.services import cases, identities, incidents


def write(case_id: int, actor: Actor, now: dt.datetime, keys: Keys, said: Statement, *, submit: bool) -> None:
    """Keeps a draft, or hands it to whoever decides.

    Raises Refused('missing', field), Refused('personal', parts) and Refused('overlap', parts) as an announcement does,
    Refused('not_now') while it lies with the approver or is public.
    """
    with work() as session:
        case, row, _book, role = incidents.running(session, case_id, actor, "run_plan")
        if row.statement_state not in rules.WRITES:
            raise Refused("not_now", action="statement")
        row.title, row.statement, row.written_by = said.title.strip(), said.text.strip(), actor.person_id
        row.statement_state = "draft"
        if submit:
            _check(session, case, row, keys)
            row.statement_state = "submitted"
            session.flush()
            cases.record(session, case, "statement_submitted", actor, now, role=role, facts={"incident": row.id})


def decide(case_id: int, actor: Actor, now: dt.datetime, keys: Keys, *, approved: bool, comment: str = "") -> None:
    """The approver publishes it, which takes the plan's step, or sends it back with a comment.

    Raises Refused('own_draft'), Refused('not_yours'), Refused('missing', field='comment') and as `write`.
    """
    with work() as session:
        case, row, book, role = incidents.running(session, case_id, actor, "lead_plan")
        wanted = rules.approver_of(book, "statement")
        if wanted not in cases.roles(session, case, actor):
            raise Refused("not_yours", action="statement")
        if row.statement_state != "submitted":
            raise Refused("not_now", action="statement")
        if row.written_by == actor.person_id:
            raise Refused("own_draft")
        row.comment = comment.strip()
        if not approved:
            needs(comment=comment)
            row.statement_state = "returned"
            return
        _check(session, case, row, keys)
        row.statement_state = "published"
        public = PublicStatement(institution_id=case.institution_id, incident_id=row.id, published_at=now)
        public.title, public.text, public.published_by = str(row.title), str(row.statement), actor.person_id or 0
        session.add(public)
        if rules.STATEMENT not in incidents.done_of(session, row.id):
            code, note = rules.STATEMENT, str(row.title)
            incidents.tick(session, case, row, actor, now, code=code, note=note, role=role)


def withdraw(case_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes the statement off the public pages; a new one may be written. Raises Refused('not_now')."""
    with work() as session:
        _case, row, _book, _role = incidents.running(session, case_id, actor, "lead_plan")
        public = select(PublicStatement).where(
            PublicStatement.incident_id == row.id, PublicStatement.withdrawn_at.is_(None)
        )
        shown = session.scalars(public).all()
        if not shown:
            raise Refused("not_now", action="statement")
        for one in shown:
            one.withdrawn_at = now
        row.statement_state = "draft"


def _check(session: Session, case: Case, row: Incident, keys: Keys) -> None:
    """One incident is one matter: the number of people doesn't count, but nobody may be recognised by its words."""
    needs(title=row.title, statement=row.statement)
    names = list[str]()
    for known in session.scalars(select(Complainant).where(Complainant.case_id == case.id)):
        names += identities.names_in_words(keys, case, known)
    publication.check([row.title, row.statement], [f"{case.story}\n{case.wish}"], names, 1, 1)
