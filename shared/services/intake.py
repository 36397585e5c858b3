"""Taking a complaint in: from a citizen's form or from staff who heard it by another channel."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import work
from shared.domain import fields, receipts
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State
from shared.domain.numbering import paper_no, summary_of
from shared.domain.visibility import CITIZEN, Actor, Place, may_do
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.institution import Institution
from shared.services import assessments, case_fields, cases, counters, evidence, identities, promises, repeats, search
from shared.services.regimes import regime_of

TRIES = 5
Filed = TypeVar("Filed")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is asked of the complainant; `identity` and `contact` are empty for anonymous complaints."""

    mode: str
    story: str
    respondent: str
    wish: str = ""
    happened: str = ""
    category: str = ""
    channel: str = "web"
    locale: str = "zh"
    identity: dict[str, str] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    notify: str = "none"
    consent_direct: bool = False
    declared_true: bool = False
    upper_body: str = ""
    upper_no: str = ""
    upper_due: dt.date | None = None
    received_at: dt.datetime | None = None
    fields: Mapping[str, str] | None = None
    """Answers to the rule book's own fields, by code; None where nothing could ask for them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the complainant takes home; the code is known nowhere else."""

    case_id: int
    receipt_no: str
    code: str
    register_no: str
    evidence: str = ""
    """存证码: proves that the complaint is on record (promises 1.9); `salt` opens it."""
    salt: str = ""


def file(
    keys: Keys,
    institution_id: int,
    complaint: Complaint,
    now: dt.datetime,
    *,
    actor: Actor = CITIZEN,
    form_key: str | None = None,
    visit_id: str | None = None,
    attachments: Sequence[int] = (),
) -> Receipt:
    """Takes a complaint in and gives its receipt.

    Raises Refused('sent_before', case_id) when a form with this key has been taken in already,
    Refused('mode_closed') or Refused('channel_closed') when the regime has no such mode or channel, and for what its
    own fields ask as `fields.read` and `promises.told` do.
    """

    def once() -> Receipt:
        with work() as session:
            return file_within(session, keys, institution_id, complaint, now, actor, form_key, visit_id, attachments)

    return filed_once(once, form_key)


def filed_once(once: Callable[[], Filed], form_key: str | None) -> Filed:
    """Files what one form sent; raises Refused('sent_before', case_id) where it has been taken in already."""
    try:
        return with_free_number(once)
    except IntegrityError as error:
        with work() as session:
            known = session.scalar(select(Case.id).where(Case.form_key == form_key)) if form_key else None
        if known is None:
            raise
        raise Refused("sent_before", case_id=known) from error


def with_free_number(once: Callable[[], Filed]) -> Filed:
    """Files again where the random receipt number was given before: among 200 000 cases once in 50 000 filings."""
    for _ in range(TRIES - 1):
        try:
            return once()
        except IntegrityError:
            continue
    return once()


def file_within(
    session: Session,
    keys: Keys,
    institution_id: int,
    complaint: Complaint,
    now: dt.datetime,
    actor: Actor,
    form_key: str | None,
    visit_id: str | None,
    attachments: Sequence[int],
) -> Receipt:
    """Takes a complaint in within a transaction that the caller commits; raises as `file` does."""
    institution = session.get_one(Institution, institution_id)
    regime = regime_of(session, institution.regime_version_id)
    if not regime.complete:  # R17.09: blank means blank
        raise Refused("regime_incomplete")
    _check(complaint, actor, institution_id, regime.modes, regime.channels)
    about = complaint.mode, complaint.channel, complaint.category
    answers, person = case_fields.of_complaint(regime, *about, complaint.fields)
    received = complaint.received_at or now
    year = now.astimezone(ZoneInfo(institution.time_zone)).year
    numbers = counters.add(session, institution_id, {f"register:{year}": 1, f"state:{State.RECEIVED}": 1})
    receipt_no, code = receipts.new_receipt_no(secrets.randbelow), receipts.new_access_code(secrets.randbelow)
    case = Case(
        institution_id=institution_id,
        regime_version_id=institution.regime_version_id,
        register_no=paper_no(institution.register_prefix, year, numbers[f"register:{year}"]),
        receipt_no=receipt_no,
        access_hash=crypto.hash_quickly(keys, receipt_no, code),
        form_key=form_key,
        state=str(State.RECEIVED),
        is_open=True,
        round=1,
        channel=complaint.channel,
        mode=complaint.mode,
        locale=complaint.locale,
        summary=summary_of(complaint.story),
        respondent=complaint.respondent,
        story=complaint.story,
        wish=complaint.wish,
        happened=complaint.happened,
        category=complaint.category,
        severity=regime.default_severity or "",
        consent_direct="form" if complaint.consent_direct else "",
        upper_body=complaint.upper_body,
        upper_no=complaint.upper_no,
        upper_due=complaint.upper_due,
        received_at=received,
        text_mark=repeats.mark_of(keys, complaint.story) if complaint.channel == "web" else "",
    )
    session.add(case)
    session.flush()
    identity = {**complaint.identity, **person}
    if complaint.mode != "anonymous" and (identity or complaint.contact):  # nothing exists for the others
        row = identities.sealed(keys, institution, case, identity, complaint.contact)
        row.notify, row.declared_true = complaint.notify, complaint.declared_true
        session.add(row)
    session.add_all(case_fields.of_new(case, answers, actor, now))
    role = Role.CITIZEN if actor.as_role is Role.CITIZEN else Role.INTAKE
    today = now.astimezone(ZoneInfo(institution.time_zone)).date()
    proof = evidence.code_for(keys, case, today)
    facts: dict[str, Any] = {"channel": complaint.channel, "mode": complaint.mode, **proof.facts}
    cases.record(session, case, "received", actor, received, role=role, facts=facts, before="", known=cases.Known())
    if complaint.upper_due:  # R4.05: a case sent down carries the upper body's own deadline
        until = {"limit": "upper", "until": complaint.upper_due.isoformat()}
        session.flush()
        cases.record(session, case, "upper_deadline", actor, received, role=role, facts=until)
    if said := fields.facts(regime, answers):  # R18.06: from the first minute
        session.flush()
        assessments.by_complaint(session, case, said, received)
    if actor.as_role is None and answers:
        session.flush()
        promises.told(session, case, actor, now, answers)
    search.put(session, case)
    if attachments:
        owned = Attachment.visit_id == visit_id if visit_id else Attachment.by_id == actor.person_id
        session.execute(
            update(Attachment).where(Attachment.id.in_(attachments), owned).values(case_id=case.id, visit_id=None)
        )
    return Receipt(case.id, receipt_no, code, case.register_no, proof.code, proof.salt)


def _check(complaint: Complaint, actor: Actor, institution_id: int, modes: list[str], channels: list[str]) -> None:
    if complaint.mode not in modes:
        raise Refused("mode_closed", mode=complaint.mode)
    if complaint.channel not in channels:
        raise Refused("channel_closed", channel=complaint.channel)
    if actor.as_role is None and not may_do(actor, "register", Place(institution_id)):
        raise Refused("not_yours", action="register")
