"""The second signature under a confidential transfer: one compares the copy, another lets it go (promises 1.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select, update

from shared.db import reading, work
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.transfer_request import TransferRequest
from shared.services import case_fields, cases, slips

CONFIDENTIAL = "confidential"


def ask(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    unit_id: int,
    points: str,
    text: str,
    co_units: Sequence[int] = (),
    files: Collection[int] = (),
    sound: bool = False,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> int:
    """Lays a transfer before a leader; one that still waits is replaced by it. Returns the request's id.

    Raises Refused('not_now') for a case that isn't confidential, and as `slips.transfer`.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        if case.mode != CONFIDENTIAL:
            raise Refused("not_now", action="ask_transfer", state=case.state)
        needs(points=points, text=text)
        case_fields.keep(session, case, cases.regime(session, case), ("transfer",), fields, actor, now)
        for unit in (unit_id, *co_units):
            slips.check_unit(session, case, unit)
        cases.act(session, case, "ask_transfer", actor, now, facts={"unit": unit_id})
        waiting = TransferRequest.case_id == case_id, TransferRequest.state == "asked"
        session.execute(update(TransferRequest).where(*waiting).values(state="replaced"))
        row = TransferRequest(institution_id=case.institution_id, case_id=case_id, unit_id=unit_id, sound=sound)
        row.co_units, row.files = sorted(set(co_units) - {unit_id}), sorted(files)
        row.points, row.text, row.state = points.strip(), text.strip(), "asked"
        row.asked_by, row.asked_at = actor.person_id or 0, now
        session.add(row)
        session.flush()
        return row.id


def decide(
    case_id: int,
    request_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    signed: bool,
    reason: str = "",
    version: int | None = None,
) -> int | None:
    """Another person signs, and the slip goes out as it was prepared, or doesn't; returns the slip's id.

    Raises Refused('own_draft') for whoever prepared it, Refused('missing', field='comment') for a no without a
    reason, Refused('stale') where something else waits by now.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        row = session.get(TransferRequest, request_id)
        if row is None or row.case_id != case_id or row.state != "asked":
            raise Refused("stale", version=case.version)
        if actor.person_id == row.asked_by:
            raise Refused("own_draft")
        if not signed:
            needs(comment=reason)
            cases.act(session, case, "decline_transfer", actor, now, facts={"unit": row.unit_id})
        row.decided_by, row.decided_at, row.reason = actor.person_id, now, reason.strip()
        row.state = "signed" if signed else "declined"
        if not signed:
            return None
        copy = slips.Copy(row.unit_id, row.points, row.text, row.co_units, row.files, row.sound)
        slip = slips.issue(session, case, row.asked_by, now, copy)
        case_fields.to_slip(session, case_id, slip.id)
        facts = {"unit": row.unit_id, "asked_by": row.asked_by}
        cases.act(session, case, "sign_transfer", actor, now, slip_id=slip.id, facts=facts, to_unit=row.unit_id)
        return slip.id


def pending(case: Case) -> TransferRequest:
    """What waits for a signature; raises Refused('not_now') where nothing does."""
    with reading() as session:
        query = select(TransferRequest).where(TransferRequest.case_id == case.id, TransferRequest.state == "asked")
        row = session.scalars(query.order_by(TransferRequest.id.desc())).first()
    if row is None:
        raise Refused("not_now", action="sign_transfer", state=case.state)
    return row
