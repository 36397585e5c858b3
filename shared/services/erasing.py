"""Erasing parts of a case: content, files and identity go, a tombstone without content and a certificate stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared.db import db, unindexed
from shared.domain.lifecycle import ENDED, Role, State
from shared.domain.numbering import paper_no
from shared.domain.visibility import Actor
from shared.files import Store
from shared.models.answer import Answer, Decision, Note
from shared.models.appointment import Appointment
from shared.models.approval import Approval, ApprovalLevel
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.case_field import CaseField
from shared.models.case_record import CaseRecord
from shared.models.case_result import CaseResult
from shared.models.corrective import ActionReport, CorrectiveAction
from shared.models.erasure import Certificate, Erasure
from shared.models.escalation import Escalation
from shared.models.event import Event
from shared.models.extension import Extension
from shared.models.finding import Finding
from shared.models.incident import Incident, IncidentStep
from shared.models.institution import Institution
from shared.models.notice import NoticeAct
from shared.models.outbox import Delivery, OutboxRow
from shared.models.penalty import Penalty
from shared.models.privacy import Consent, LegalHold, PrivacyRequest
from shared.models.promise import Promise
from shared.models.published_result import PublishedResult
from shared.models.question import Question
from shared.models.rating import Rating
from shared.models.return_visit import ReturnVisit
from shared.models.slip import CoHandling, EvidenceRequest, Reply, Slip
from shared.models.supervision import Supervision
from shared.models.transfer_copy import RecalledCopy, TransferCopy
from shared.models.transfer_request import TransferRequest
from shared.models.visit import Visit
from shared.services import cases, counters, identities, privacy_notices, search

ENDS = ("closed", "refused", "referred", "withdrawn")
"""Events from whose last one the months are counted."""
OVER = frozenset({*ENDED, State.ARCHIVED})
PREFIX = "销"
WORDS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Decision, ("reason", "basis", "redirect")),
    (Answer, ("text", "record", "why_means")),
    (Note, ("text",)),
    (CaseRecord, ("text", "partner")),
    (CaseField, ("answers",)),
    (Question, ("text", "answer")),
    (Rating, ("comment", "rehandle")),
    (ReturnVisit, ("comment",)),
    (Appointment, ("purpose",)),
    (PublishedResult, ("problem", "result")),
    (Extension, ("reason", "comment")),
    (Slip, ("text", "points", "return_reason", "return_comment")),
    (TransferRequest, ("text", "points", "reason")),
    (Reply, ("solution", "opinion", "plan", "reason", "comment")),
    (EvidenceRequest, ("wanted", "given")),
    (CorrectiveAction, ("title", "text", "owner", "participants")),
    (ActionReport, ("text", "comment")),
    (CaseResult, ("text",)),
    (Consent, ("recipient",)),
    (PrivacyRequest, ("text", "reason")),
    (Incident, ("why", "title", "statement", "comment", "review")),
    (IncidentStep, ("note",)),
    (LegalHold, ("reason", "lift_reason")),
    (Finding, ("reason",)),
    (Penalty, ("reason", "comment", "appeal", "answer")),
    (Supervision, ("wanted", "answer", "conclusion")),
    (Approval, ("text",)),
    (ApprovalLevel, ("comment",)),
    (Escalation, ("reason",)),
    (Promise, ("measures", "owner")),
)
"""Rows of a case and their columns that hold what somebody wrote; a test looks for any that is missing."""
OF_CASE = ("summary", "respondent", "story", "wish", "happened", "upper_body", "upper_no", "text_mark")


def certificate(session: Session, institution_id: int, cause: str, actor: Actor, now: dt.datetime) -> Certificate:
    """The paper that will say what was erased and by which rule."""
    version = privacy_notices.recorded(session, institution_id, now)
    year = now.astimezone(ZoneInfo(session.get_one(Institution, institution_id).time_zone)).year
    row = Certificate(
        institution_id=institution_id,
        number=paper_no(PREFIX, year, counters.next_no(session, institution_id, f"certificate:{year}")),
        cause=cause,
        notice_no=version.number,
        rules=dict(version.notice.months),
        by_id=actor.person_id,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def erase(
    session: Session,
    case: Case,
    parts: Iterable[str],
    paper: Certificate,
    actor: Actor,
    now: dt.datetime,
    store: Store,
    *,
    role: Role,
) -> int:
    """Erases parts of a locked case that are still there; returns how many. A file goes before its row."""
    gone = set(session.scalars(select(Erasure.part).where(Erasure.case_id == case.id)))
    todo = [part for part in parts if part not in gone]
    for part in todo:
        counts = _identity(session, case) if part == "identity" else _content(session, case, store)
        ended = session.scalar(ended_at(case.id)) or now
        zone = cases.zone(session, case.institution_id)
        row = Erasure(certificate_id=paper.id, case_id=case.id, part=part, counts=counts)
        row.ended_on = ended.astimezone(zone).date()
        session.add(row)
        facts = {"part": part, "certificate": paper.id}
        cases.record(session, case, "erased", actor, now, role=role, facts=facts)
        session.flush()
    return len(todo)


def ended_at(case_id: Any) -> Any:
    """The moment from which retention counts, as a query."""
    return select(func.max(Event.at)).where(Event.case_id == case_id, unindexed(Event.kind).in_(ENDS))


def settle() -> None:
    """Makes the database let go of what was erased: index segments and freed pages keep words for a while."""
    if db.engine.dialect.name != "sqlite":
        return  # autovacuum's work; docs/operations.md says how to do it at once
    db.session.rollback()
    raw = db.engine.raw_connection()  # outside of any transaction, where a checkpoint can be made
    try:
        raw.cursor().execute("insert into case_text (case_text) values ('optimize')")
        raw.cursor().execute("pragma wal_checkpoint(truncate)")
    finally:
        raw.close()


def _identity(session: Session, case: Case) -> dict[str, int]:
    return {"identity": identities.erase(session, case)}


def _content(session: Session, case: Case, store: Store) -> dict[str, int]:
    """Blanks every word of the case; rows, dates, states and codes stay, so that counts stay true."""
    own = select(Slip.id).where(Slip.case_id == case.id)
    for copy in session.scalars(select(TransferCopy).where(TransferCopy.slip_id.in_(own))).all():
        if copy.stored:
            store.delete(copy.stored)
        session.delete(copy)
    session.flush()  # copies go before the files that they were made of
    files = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
    for file in files:
        store.delete(file.stored)
        session.delete(file)
    search.drop(session, case)
    for column in OF_CASE:
        setattr(case, column, "")
    case.form_key = None
    case.words_key = ""  # and with it whatever a copy of these rows still holds, once the quarter's key is destroyed
    counts = {"files": len(files)}
    for model, columns in WORDS:
        blank = dict.fromkeys(columns, "")
        done = session.execute(update(model).where(model.case_id == case.id).values(blank).returning(model.id))
        counts[model.__tablename__] = len(done.all())
    taken_back = update(RecalledCopy).where(RecalledCopy.slip_id.in_(own))
    session.execute(taken_back.values(text="", points="", reason="", files=[]))
    helps = update(CoHandling).where(CoHandling.slip_id.in_(own))
    counts["co_handling"] = len(
        session.execute(helps.values(reason="", comment="", opinion="").returning(CoHandling.id)).all()
    )
    sent = select(OutboxRow.id).where(OutboxRow.case_id == case.id)
    session.execute(update(Delivery).where(Delivery.outbox_id.in_(sent)).values(shown=""))
    session.execute(update(NoticeAct).where(NoticeAct.outbox_id.in_(sent)).values(reason=""))
    session.execute(delete(Visit).where(Visit.case_id == case.id))
    return {name: n for name, n in counts.items() if n}
