"""Whom a notice is for and what it may state, looked up when it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import FAR
from shared.domain.lifecycle import OFFICE_ROLES, Role
from shared.domain.notices import AUDIENCE_OF as AUDIENCE_OF  # whom a regime's `tell` means
from shared.domain.notices import BY_CODE, NEUTRAL, ROLE_OF, Audience, Channel, receipt_tail
from shared.models.absence import Absence
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services import cases, identities
from shared.services.batch_facts import Holder, Known

STAFF_LOCALE = "zh"


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
    given: Session | Known, keys: Keys, notifier: Mapping[str, bytes], row: OutboxRow, now: dt.datetime
) -> list[Recipient]:
    """Everybody this notice is for now; nobody is a lawful answer."""
    known = Known.of(given, row)
    case = known.case(row.case_id) if row.case_id else None
    if row.audience == Audience.CITIZEN:
        return _citizen(known, keys, notifier, row, case) if case else []
    today = now.astimezone(ZoneInfo(known.place(row.institution_id).time_zone)).date()
    due, notice = _due(known, row, case), BY_CODE[row.notice]
    return [
        Recipient(
            one.person_id,
            Channel.EMAIL,
            one.email,
            later=notice.waits(wants_at_once=one.at_once, due=due, today=today),
        )
        for one in _people(known, row, case, today)
        if one.email
    ]


def _due(known: Known, row: OutboxRow, case: Case | None) -> dt.date | None:
    if "action" in row.facts and "due" in row.facts:
        return dt.date.fromisoformat(row.facts["due"])
    return _days(known, row, case)[0] if case is not None and not BY_CODE[row.notice].at_once else None


def _citizen(known: Known, keys: Keys, notifier: Mapping[str, bytes], row: OutboxRow, case: Case) -> list[Recipient]:
    who = known.complainant(case.id) or known.last_address(row.id)
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


def _people(known: Known, row: OutboxRow, case: Case | None, today: dt.date) -> list[Holder]:
    """Who is meant, each once; for whoever is away, who stands in (R9.02)."""
    if row.audience == Audience.PERSON:
        return known.named(row)
    audience = Audience(row.audience)
    role = ROLE_OF.get(audience)
    roles = {str(role)} if role else {str(Role.HANDLER), str(Role.SIGNER)}  # R2.13: whoever is there to help
    staff = known.staff(row.institution_id)
    holding = [one for one in staff if one.role in roles]
    if case is not None and row.notice != "evidence_asked":  # R5.09: the investigated has to cooperate
        holding = _unbarred(known, case, staff, holding)
    posts = row.facts.get("posts") or [row.facts.get("post", "")]  # J11: of a role's holders, whom the rule book means
    meant = [one for one in holding if "" in posts or one.post in ("", *posts)]
    if role is Role.INVESTIGATOR and case is not None and case.handler_id:
        meant = [one for one in meant if one.person_id == case.handler_id]
    if role not in OFFICE_ROLES | {Role.AUDITOR} and (case is not None or "unit" in row.facts):
        units = _units(known, row, case, audience)
        meant = [one for one in meant if one.unit_id in units]
    fit = {one.person_id: one for one in holding}  # whoever stands in holds the post too, and isn't complained about
    deputies = known.deputies(row.institution_id, today)
    found = {one.person_id: one for one in (fit.get(deputies.get(m.person_id, 0), m) for m in meant)}
    return [found[person_id] for person_id in found]


def running(today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The condition that an absence runs today."""
    return Absence.from_day <= today, Absence.to_day >= today, Absence.ended_at.is_(None)


def _unbarred(known: Known, case: Case, staff: list[Holder], found: list[Holder]) -> list[Holder]:
    """R4.06: whom the complaint is about isn't told of it, nor who works there."""
    bars = known.bars(case.id)
    if not bars:
        return found
    units = {bar.unit_id for bar in bars} - {None}
    people = {bar.person_id for bar in bars} | {one.person_id for one in staff if one.unit_id in units}
    return [one for one in found if one.person_id not in people]


def _units(known: Known, row: OutboxRow, case: Case | None, audience: Audience) -> list[int]:
    """The units whose people are meant."""
    if "unit" in row.facts or case is None:  # R10.12: an action names the unit that it is addressed to
        return [int(row.facts["unit"])]
    if row.notice == "evidence_asked":  # R5.09: no slip, but a unit that has to cooperate
        return known.asked_units(case.id, row.created_at)
    slip = known.slip(row)
    if slip is None:
        return []
    if audience is Audience.CO_UNIT:
        named = [one for one in known.helpers(slip.id) if one.state in {"agreed", "done"}]
        if row.notice != "slip_withdrawn":  # which concerns every helper, whenever named
            named = [one for one in named if one.decided_at == row.created_at]
        return [one.unit_id for one in named]
    return [slip.unit_id, *([slip.section_id] if slip.section_id else [])]


def facts(given: Session | Known, row: OutboxRow, base_url: str, locale: str) -> dict[str, str]:
    """What the notice may state, and where to read on; KeyError in rendering tells of a fact that is missing."""
    known = Known.of(given, row)
    place = known.place(row.institution_id)
    stated = {
        "institution": place.name,
        "office": place.office_name,
        "phone": place.phone,
        "sign": place.sms_sign,
    }
    if "action" in row.facts:
        day = {"due": written(dt.date.fromisoformat(row.facts["due"]), locale)} if "due" in row.facts else {}
        return stated | day | {"tail": row.facts["tail"], "link": f"{base_url}/office/corrective/{row.facts['action']}"}
    if row.case_id is None:
        return stated | {"link": f"{base_url}/office/"}
    case = known.case(row.case_id)
    stated["link"] = base_url + _path(known, row, case, place)
    due, was_due = _days(known, row, case)
    stated |= {name: written(day, locale) for name, day in (("due", due), ("was_due", was_due)) if day}
    if row.audience != Audience.CITIZEN and ROLE_OF.get(Audience(row.audience)) not in OFFICE_ROLES:
        slip = known.slip(row)  # a unit learns nothing that leads back to the citizen's own number
        digits = "".join(filter(str.isdecimal, slip.number if slip else case.register_no))
        return stated | {"tail": receipt_tail(digits).zfill(4)}
    return stated | {"tail": receipt_tail(case.receipt_no)}


def _path(known: Known, row: OutboxRow, case: Case, place: Institution) -> str:
    """Where to read on: the citizen's own door, what is to be approved, the office's case, the unit's slip."""
    if row.audience == Audience.CITIZEN:
        return f"/at/{place.slug}/track"
    if "approval" in row.facts:
        return f"/office/approval/{row.facts['approval']}"
    if ROLE_OF.get(Audience(row.audience)) in OFFICE_ROLES:
        return f"/office/case/{case.id}"
    if row.audience == Audience.AUDITOR:
        return "/office/audit"
    slip = known.slip(row)
    return f"/office/slip/{slip.id}" if slip else "/office/"


def _days(known: Known, row: OutboxRow, case: Case) -> tuple[dt.date | None, dt.date | None]:
    """The day that matters to this notice, and the one it replaces."""
    if "due" in row.facts:
        return dt.date.fromisoformat(row.facts["due"]), None
    if row.notice in {"extended", "term_extended"}:  # R2.07: the promised date and the one it replaces
        granted = known.granted(case.id)
        return (granted.new_day, granted.old_day) if granted else (None, None)
    if row.notice == "question_asked":
        asked = known.question(case.id)
        return asked.due_day if asked else None, None
    if row.audience == Audience.CITIZEN:
        return _answer_day(known, case), None
    zone = ZoneInfo(known.place(case.institution_id).time_zone)
    return (case.due_at.astimezone(zone).date() if case.due_at < FAR else None), None


def _answer_day(known: Known, case: Case) -> dt.date | None:
    """By when the citizen may expect an answer: the handling limit, which an extension moves."""
    limits = cases.regime(known.session, case).extension.limits
    return next((run.due_day for run in reversed(known.runs(case.id)) if run.limit_id in limits), None)


def written(day: dt.date, locale: str) -> str:
    """A day as letters and texts write it."""
    return f"{day.year}年{day.month}月{day.day}日" if locale.startswith("zh") else f"{day.day} {day:%B %Y}"
