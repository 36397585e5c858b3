"""Whom a notice is for and what it may state, looked up when it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from shared.crypto import Keys
from shared.db import FAR
from shared.domain.lifecycle import OFFICE_ROLES, Role, SlipState
from shared.domain.notices import BY_CODE, NEUTRAL, Audience, Channel, receipt_tail
from shared.models.absence import Absence
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.clock import ClockRow
from shared.models.complainant import Complainant
from shared.models.extension import Extension
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.person import Grant, Person
from shared.models.question import Question
from shared.models.slip import CoHandling, EvidenceRequest, Slip
from shared.services import cases, identities

ROLE_OF = {
    Audience.OFFICE_INTAKE: Role.INTAKE,
    Audience.OFFICE_CHIEF: Role.CHIEF,
    Audience.DISPATCHER: Role.DISPATCHER,
    Audience.ARCHIVIST: Role.ARCHIVIST,
    Audience.INVESTIGATOR: Role.INVESTIGATOR,
    Audience.GOV_LEADER: Role.GOV_LEADER,
    Audience.UNIT_SIGNERS: Role.SIGNER,
    Audience.DIRECTOR: Role.DIRECTOR,
    Audience.HANDLER: Role.HANDLER,
    Audience.UNIT_HEAD: Role.UNIT_HEAD,
    Audience.AUDITOR: Role.AUDITOR,
    Audience.SECURITY_ADMIN: Role.SECURITY_ADMIN,
}
AUDIENCE_OF = {role: audience for audience, role in ROLE_OF.items()}
"""Whom a regime's `tell` means."""
STAFF_LOCALE = "zh"
_ENDED_SLIPS = (str(SlipState.RETURNED), str(SlipState.WITHDRAWN), str(SlipState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person and the way there; `person_id` None is the citizen."""

    person_id: int | None
    channel: Channel
    address: str = field(repr=False)
    locale: str = STAFF_LOCALE
    neutral: bool = False
    """The citizen wants to be told that there is a message, and nothing more."""
    later: bool = False
    """A member of staff who is told in the morning, together with everything else."""


def recipients(
    session: Session, keys: Keys, notifier: Mapping[str, bytes], row: OutboxRow, now: dt.datetime
) -> list[Recipient]:
    """Everybody this notice is for now; nobody is a lawful answer."""
    case = session.get_one(Case, row.case_id) if row.case_id else None
    if row.audience == Audience.CITIZEN:
        return _citizen(session, keys, notifier, row, case) if case else []
    today = now.astimezone(cases.zone(session, row.institution_id)).date()
    due, notice = _due(session, row, case), BY_CODE[row.notice]
    return [
        Recipient(one, Channel.EMAIL, email, later=notice.waits(wants_at_once=at_once, due=due, today=today))
        for one, email, at_once in _people(session, row, case, today)
        if email
    ]


def _due(session: Session, row: OutboxRow, case: Case | None) -> dt.date | None:
    return _days(session, row, case)[0] if case is not None and not BY_CODE[row.notice].at_once else None


def _citizen(
    session: Session, keys: Keys, notifier: Mapping[str, bytes], row: OutboxRow, case: Case
) -> list[Recipient]:
    who = session.get(Complainant, case.id)
    if who is None or case.mode == "anonymous":
        return []
    channel = BY_CODE[row.notice].travels_by(who.notify)
    if channel is None:
        return []
    # Only here is the contact ever opened (promises 1.3), and only for somebody who wants to be told.
    contact = identities.contact_for_notice(keys, notifier, who)
    address = contact.get("phone" if channel is Channel.SMS else "email", "")
    neutral = who.notify.endswith(NEUTRAL)
    return [Recipient(None, channel, address, case.locale, neutral)] if address else []


def _people(session: Session, row: OutboxRow, case: Case | None, today: dt.date) -> list[tuple[int, str, bool]]:
    """Id, address and whether ordinary notices come at once; for whoever is away, who stands in (R9.02)."""
    deputy = aliased(Person)
    if row.audience == Audience.PERSON:
        named = select(Person.id, Person.email, Person.notices_at_once).where(Person.active)
        return [(i, e, once) for i, e, once in session.execute(named.where(Person.id == row.facts.get("person")))]
    audience = Audience(row.audience)
    role = ROLE_OF.get(audience)
    # R2.13: whoever is there at the helping unit
    roles = [str(role)] if role else [str(Role.HANDLER), str(Role.SIGNER)]
    also = select(Grant.person_id).where(Grant.role.in_(roles))
    stands_in = [deputy.id == Absence.deputy_id, deputy.active, deputy.id.in_(also)]
    where = [Person.institution_id == row.institution_id, Person.active, Grant.role.in_(roles)]
    if case is not None:
        where += _heard(row, case, Person)
        stands_in += _heard(row, case, deputy)
    if role is Role.INVESTIGATOR and case is not None and case.handler_id:
        where.append(Person.id == case.handler_id)
    if role not in OFFICE_ROLES | {Role.AUDITOR} and case is not None:
        where.append(Grant.unit_id.in_(_units(session, row, case, audience)))
    away = and_(Absence.person_id == Person.id, *running(today))
    query = (
        select(Person, deputy)
        .join(Grant, Grant.person_id == Person.id)
        .outerjoin(Absence, away)
        .outerjoin(deputy, and_(*stands_in))
        .where(*where)
        .order_by(Person.id)
    )
    found = dict.fromkeys(other or one for one, other in session.execute(query))
    return [(person.id, person.email, person.notices_at_once) for person in found]


def running(today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The condition that an absence runs today."""
    return Absence.from_day <= today, Absence.to_day >= today, Absence.ended_at.is_(None)


def _heard(row: OutboxRow, case: Case, person: type[Person]) -> list[ColumnElement[bool]]:
    """R4.06: whom the complaint is about isn't told of it; R5.09: but the investigated has to cooperate."""
    if row.notice == "evidence_asked":
        return []
    about = select(CaseBar.unit_id).where(CaseBar.case_id == case.id, CaseBar.unit_id.is_not(None))
    inside = select(Grant.person_id).where(Grant.unit_id.in_(about))
    named = select(CaseBar.person_id).where(CaseBar.case_id == case.id, CaseBar.person_id.is_not(None))
    return [person.id.not_in(named), person.id.not_in(inside)]


def _units(session: Session, row: OutboxRow, case: Case, audience: Audience) -> list[int]:
    """The units whose people are meant."""
    if row.notice == "evidence_asked":  # R5.09: no slip, but a unit that has to cooperate
        asked = EvidenceRequest.asked_at == row.created_at
        return list(session.scalars(select(EvidenceRequest.unit_id).where(EvidenceRequest.case_id == case.id, asked)))
    slip = _slip(session, row, case)
    if slip is None:
        return []
    if audience is Audience.CO_UNIT:
        named = select(CoHandling.unit_id).where(
            CoHandling.slip_id == slip.id, CoHandling.state.in_(["agreed", "done"])
        )
        if row.notice != "slip_withdrawn":  # which concerns every helper, whenever named
            named = named.where(CoHandling.decided_at == row.created_at)
        return list(session.scalars(named))
    return [slip.unit_id, *([slip.section_id] if slip.section_id else [])]


def _slip(session: Session, row: OutboxRow, case: Case) -> Slip | None:
    if row.slip_id:
        return session.get(Slip, row.slip_id)
    newest = select(Slip).where(Slip.case_id == case.id, Slip.state.not_in(_ENDED_SLIPS)).order_by(Slip.id.desc())
    return session.scalar(newest.limit(1))


def facts(session: Session, row: OutboxRow, base_url: str, locale: str) -> dict[str, str]:
    """What the notice may state, and where to read on; KeyError in rendering tells of a fact that is missing."""
    place = session.get_one(Institution, row.institution_id)
    known = {
        "institution": place.name,
        "office": place.office_name,
        "phone": place.phone,
        "sign": place.sms_sign,
    }
    if row.case_id is None:
        return known | {"link": f"{base_url}/office/"}
    case = session.get_one(Case, row.case_id)
    known["link"] = base_url + _path(session, row, case, place)
    due, was_due = _days(session, row, case)
    known |= {name: written(day, locale) for name, day in (("due", due), ("was_due", was_due)) if day}
    if row.audience != Audience.CITIZEN and ROLE_OF.get(Audience(row.audience)) not in OFFICE_ROLES:
        slip = _slip(session, row, case)  # a unit learns nothing that leads back to the citizen's own number
        digits = "".join(filter(str.isdecimal, slip.number if slip else case.register_no))
        return known | {"tail": receipt_tail(digits).zfill(4)}
    return known | {"tail": receipt_tail(case.receipt_no)}


def _path(session: Session, row: OutboxRow, case: Case, place: Institution) -> str:
    """Where to read on: the citizen's own door, the office's case, the unit's slip."""
    if row.audience == Audience.CITIZEN:
        return f"/at/{place.slug}/track"
    if ROLE_OF.get(Audience(row.audience)) in OFFICE_ROLES:
        return f"/office/case/{case.id}"
    if row.audience == Audience.AUDITOR:
        return "/office/audit"
    slip = _slip(session, row, case)
    return f"/office/slip/{slip.id}" if slip else "/office/"


def _days(session: Session, row: OutboxRow, case: Case) -> tuple[dt.date | None, dt.date | None]:
    """The day that matters to this notice, and the one it replaces."""
    if "due" in row.facts:
        return dt.date.fromisoformat(row.facts["due"]), None
    if row.notice in {"extended", "term_extended"}:  # R2.07: the promised date and the one it replaces
        newest = select(Extension).where(Extension.case_id == case.id, Extension.state == "granted")
        granted = session.scalar(newest.order_by(Extension.id.desc()).limit(1))
        return (granted.new_day, granted.old_day) if granted else (None, None)
    if row.notice == "question_asked":
        asked = select(Question.due_day).where(Question.case_id == case.id).order_by(Question.id.desc())
        return session.scalar(asked.limit(1)), None
    if row.audience == Audience.CITIZEN:
        return _answer_day(session, case), None
    zone = cases.zone(session, case.institution_id)
    return (case.due_at.astimezone(zone).date() if case.due_at < FAR else None), None


def _answer_day(session: Session, case: Case) -> dt.date | None:
    """By when the citizen may expect an answer: the handling limit, which an extension moves."""
    limits = cases.regime(session, case).extension.limits
    running = select(ClockRow.due_day).where(ClockRow.case_id == case.id, ClockRow.limit_id.in_(limits))
    return session.scalar(running.order_by(ClockRow.start_seq.desc()).limit(1))


def written(day: dt.date, locale: str) -> str:
    """A day as letters and texts write it."""
    return f"{day.year}年{day.month}月{day.day}日" if locale.startswith("zh") else f"{day.day} {day:%B %Y}"
