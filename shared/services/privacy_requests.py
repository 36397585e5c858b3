"""A citizen's wish to have the own data copied, corrected or erased, answered with reasons in time (art. 50)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import work
from shared.domain import privacy
from shared.domain.calendar import Unit
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role, State
from shared.domain.phones import read_phone
from shared.domain.visibility import CITIZEN, Actor
from shared.files import Store
from shared.models.case import Case
from shared.models.privacy import PrivacyRequest
from shared.services import cases, erasing, holds, identities, last_addresses, privacy_notices
from shared.services.calendars import calendar

DECIDERS = frozenset({Role.INTAKE, Role.CHIEF})
CORRECTED = ("name", "phone", "email")
"""Of what is sealed, what a citizen may have corrected."""
SAID = frozenset({"correct", "erase"})
"""Kinds of which one has to say what is meant."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the sealed identity and contact shall say from now on, and what opens them."""

    changes: Mapping[str, str] = field(repr=False)
    keys: Keys
    token: str = field(repr=False)


def ask(case_id: int, now: dt.datetime, *, kind: str, text: str) -> int:
    """Takes the wish in; raises Refused('missing', field), Refused('asked_already') while one of its kind is open."""
    if kind not in privacy.KINDS:
        raise Refused("missing", field="kind")
    if kind in SAID:
        needs(text=text)
    with work() as session:
        case = cases.lock(session, case_id)
        open_ones = select(PrivacyRequest.id).where(
            PrivacyRequest.case_id == case_id, PrivacyRequest.kind == kind, PrivacyRequest.state == "open"
        )
        if session.scalar(open_ones) is not None:
            raise Refused("asked_already")
        version = privacy_notices.recorded(session, case.institution_id, now)
        today = now.astimezone(cases.zone(session, case.institution_id)).date()
        until = calendar(session).count(today, version.notice.request_days, Unit.WORKING_DAYS)
        row = PrivacyRequest(case_id=case_id, kind=kind, text=text.strip(), asked_at=now, due_day=until.day)
        row.provisional = until.provisional
        session.add(row)
        session.flush()
        facts = {"kind": kind, "request": row.id}
        cases.record(session, case, "privacy_asked", CITIZEN, now, role=Role.CITIZEN, facts=facts)
        return row.id


def decide(
    request_id: int,
    actor: Actor,
    now: dt.datetime,
    store: Store,
    *,
    granted: bool,
    reason: str,
    parts: Sequence[str] = (),
    correction: Correction | None = None,
    version: int | None = None,
) -> int:
    """Answers with reasons; a granted erasure or correction is done at once. Returns the case's id.

    Raises Refused('missing', field), Refused('not_yours') (an erasure is the chief's), Refused('held'),
    Refused('still_open') where content of a running case would go, Refused('not_now'), and what
    `identities.correct` raises.
    """
    with work() as session:
        row = session.get(PrivacyRequest, request_id)
        if row is None:
            raise Refused("no_such_case")
        case = cases.lock(session, row.case_id, version)
        roles = cases.roles(session, case, actor) & DECIDERS
        if not roles or (granted and row.kind == "erase" and Role.CHIEF not in roles):
            raise Refused("not_yours", action="decide_privacy")
        needs(reason=reason)
        if row.state != "open":
            raise Refused("not_now", action="privacy", state=row.state)
        if granted and row.kind == "erase":
            _check_erasure(session, case, parts)
        row.state, row.reason = "granted" if granted else "declined", reason.strip()
        row.decided_by, row.decided_at = actor.person_id, now
        facts = {"kind": row.kind, "result": row.state}
        facts |= _corrected(session, case, row, actor, now, correction)
        cases.record(session, case, "privacy_answered", actor, now, role=min(roles), facts=facts)
        session.flush()
        if granted and row.kind == "erase":
            paper = erasing.certificate(session, case.institution_id, "request", actor, now)
            whole = [p for p in privacy.PARTS if p in parts or "content" in parts]
            if "identity" in whole:
                last_addresses.keep(session, case, "privacy_answered", now)
            erasing.erase(session, case, whole, paper, actor, now, store, role=Role.CHIEF)
            row.reason = reason.strip()  # the answer itself stays readable for whoever asked
        return case.id


def _corrected(
    session: Session, case: Case, row: PrivacyRequest, actor: Actor, now: dt.datetime, correction: Correction | None
) -> dict[str, str]:
    """Writes the identity anew where the granted wish was about it; what was corrected, as codes for the record."""
    if correction is None or (row.kind, row.state) != ("correct", "granted"):
        return {}
    changes = {name: said for name in CORRECTED if (said := correction.changes.get(name, "").strip())}
    if not changes:
        return {}
    if "phone" in changes and not (changes := {**changes, "phone": read_phone(changes["phone"])})["phone"]:
        raise Refused("missing", field="phone")
    identities.correct(session, correction.keys, case, actor, now, changes, correction.token)
    return {"corrected": "+".join(changes)}


def _check_erasure(session: Session, case: Case, parts: Sequence[str]) -> None:
    if not parts or set(parts) - set(privacy.PARTS):
        raise Refused("missing", field="parts")
    if holds.standing(session, case.id) is not None:
        raise Refused("held")
    if "content" in parts and State(case.state) not in erasing.OVER:
        raise Refused("still_open", field="parts")
