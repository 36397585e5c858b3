"""Notices in the demo: some that did not go, one that waits for a yes, one parked, a digest, somebody away."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.db import reading, work
from shared.demo.cast import Cast
from shared.domain.lifecycle import Role
from shared.models.complainant import Complainant
from shared.models.outbox import Delivery, OutboxRow
from shared.services import absences, digests, notice_acts

FATES = (
    ("failed", "timeout"),
    ("failed", "number"),
    ("failed", "smtp_550"),
    ("held", "bulk"),
    ("parked", "not_written"),
    ("failed", "not_mobile"),
)
"""What became of the newest notices to citizens; somebody has already called about the last one."""
YESTERDAY = dt.timedelta(hours=19)
IN_DIGEST = 5


def told(cast: Cast, now: dt.datetime) -> None:
    """What waits for a person, what comes in the morning, and who is away."""
    chosen = _to_citizens(cast)
    for (outbox_id, notify), (state, reason) in zip(chosen, FATES, strict=False):
        _stop(outbox_id, "sms" if notify.startswith("sms") else "email", state, reason, now)
    if len(chosen) == len(FATES):
        at = now - dt.timedelta(minutes=50)
        notice_acts.replace(chosen[-1][0], cast.who(Role.INTAKE), "call", "no_answer", at, called_at=at)
    _digest(cast, now)
    _away(cast, now)


def _to_citizens(cast: Cast) -> list[tuple[int, str]]:
    """The newest notices to citizens who want to be told, one for each case."""
    query = (
        select(OutboxRow.id, OutboxRow.case_id, Complainant.notify)
        .join(Complainant, Complainant.case_id == OutboxRow.case_id)
        .where(OutboxRow.institution_id == cast.institution_id, OutboxRow.audience == "citizen")
        .where(Complainant.notify != "none")
        .order_by(OutboxRow.id.desc())
        .limit(100)
    )
    with reading() as session:
        newest = {case_id: (i, notify) for i, case_id, notify in reversed(session.execute(query).all())}
        session.rollback()
    return sorted(newest.values(), reverse=True)[: len(FATES)]


def _stop(outbox_id: int, channel: str, state: str, reason: str, now: dt.datetime) -> None:
    with work() as session:
        row = session.get_one(OutboxRow, outbox_id)
        row.state, row.outcome, row.leased_until = state, reason, None
        row.attempts = 0 if state == "held" else 3
        row.done_at = None if state == "held" else min(now, row.created_at + dt.timedelta(hours=4))
        if state == "failed":
            at = row.done_at or now
            session.add(Delivery(outbox_id=outbox_id, channel=channel, state="failed", reason=reason, at=at))


def _digest(cast: Cast, now: dt.datetime) -> None:
    """Yesterday's ordinary notices to whoever takes complaints in, together in this morning's letter."""
    owed = (OutboxRow.institution_id == cast.institution_id, OutboxRow.audience == "office_intake")
    with reading() as session:
        query = select(OutboxRow.id).where(*owed, OutboxRow.state == "sent", OutboxRow.case_id.is_not(None))
        found = session.scalars(query.order_by(OutboxRow.id.desc()).limit(IN_DIGEST)).all()
        session.rollback()
    for outbox_id in sorted(found):
        digests.put_aside(outbox_id, [cast.who(Role.INTAKE).person_id or 0], now - YESTERDAY)
    with work() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(found))):
            row.outcome = "digest"


def _away(cast: Cast, now: dt.datetime) -> None:
    """An investigator is away; the other one stands in."""
    investigators = cast.everybody(Role.INVESTIGATOR)
    if len(investigators) > 1:
        absent, deputy = investigators[0], investigators[1].person_id or 0
        today = now.astimezone(dt.UTC).date()
        absences.set_absence(absent, now, from_day=today, to_day=today + dt.timedelta(days=4), deputy_id=deputy)
