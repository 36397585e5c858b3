"""Files that citizens, staff and units add to a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from shared.db import work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN, DONE_BY, Actor, roles_on
from shared.files import Kept
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.slip import EvidenceRequest
from shared.services import barrier, cases, slips


def attach(case_id: int, actor: Actor, now: dt.datetime, kept: list[Kept]) -> None:
    """Adds cleaned files to the case for the office; a unit reads them only when they are passed on."""
    with work() as session:
        case = cases.lock(session, case_id)
        session.add_all(row_of(case, actor, now, k, "staff", for_unit=False) for k in kept)
        cases.act(session, case, "attach", actor, now)


def attach_by_citizen(case_id: int, now: dt.datetime, kept: list[Kept], most: int) -> None:
    """Adds what a citizen sends later; raises Refused('too_many_files', limit)."""
    with work() as session:
        case = cases.lock(session, case_id)
        held = session.scalar(select(func.count()).where(Attachment.case_id == case_id, Attachment.origin == "citizen"))
        if (held or 0) + len(kept) > most:
            raise Refused("too_many_files", limit=most)
        session.add_all(row_of(case, CITIZEN, now, k, "citizen", for_unit=False) for k in kept)
        cases.act(session, case, "attach", CITIZEN, now)


def attach_to_slip(slip_id: int, actor: Actor, now: dt.datetime, kept: list[Kept]) -> None:
    """A unit adds files to its slip while it has it in hand; raises Refused('not_yours'), Refused('not_now')."""
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        barrier.stop(session, case.id, actor)
        held = roles_on(actor, case.institution_id, slips.holders(slip)) & DONE_BY["attach_to_slip"]
        if not held:
            raise Refused("not_yours", action="attach")
        if slip.state != "signed":
            raise Refused("not_now", action="attach", state=slip.state)
        session.add_all(row_of(case, actor, now, k, "unit", for_unit=True) for k in kept)
        cases.record(session, case, "attached", actor, now, role=min(held), slip_id=slip.id)


def attach_evidence(request_id: int, actor: Actor, now: dt.datetime, kept: list[Kept]) -> None:
    """A unit adds files to what it is asked to give (R5.09); raises Refused('not_yours')."""
    with work() as session:
        request = session.get(EvidenceRequest, request_id)
        if request is None:
            raise Refused("no_such_case")
        case = cases.lock(session, request.case_id)
        if not roles_on(actor, case.institution_id, {request.unit_id}) & DONE_BY["attach_evidence"]:
            raise Refused("not_yours", action="give_evidence")
        session.add_all(row_of(case, actor, now, k, "unit", for_unit=False) for k in kept)
        cases.record(session, case, "attached", actor, now, role=Role.HANDLER, facts={"unit": request.unit_id})


def row_of(case: Case, actor: Actor, now: dt.datetime, kept: Kept, origin: str, *, for_unit: bool) -> Attachment:
    """The row of a cleaned and stored file of a case."""
    return stored_row(kept, now, origin, case_id=case.id, for_unit=for_unit, by_id=actor.person_id)


def stored_row(kept: Kept, now: dt.datetime, origin: str, **place: Any) -> Attachment:
    """The row of a cleaned and stored file; `place` says whose it is: a case's, or a visit's until that is filed."""
    return Attachment(
        origin=origin,
        stored=kept.stored,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        removed=list(kept.removed),
        at=now,
        **place,
    )
