"""The last notice to somebody whose data go: it is still owed, so its way is kept closed until it has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.notices import Audience
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.last_address import LastAddress
from shared.models.outbox import OutboxRow

LONGEST = dt.timedelta(days=3)
"""So long it is tried; then the address goes unsent."""


def keep(session: Session, case: Case, notice: str, now: dt.datetime) -> None:
    """Before the identity goes: the way of the notice that has just been owed, where somebody wanted to be told.

    A row from before sealing has no key of the notifier's own; nothing of it is kept.
    """
    who = session.get(Complainant, case.id)
    newest = select(OutboxRow.id).where(
        OutboxRow.case_id == case.id, OutboxRow.notice == notice, OutboxRow.audience == str(Audience.CITIZEN)
    )
    outbox_id = session.scalar(newest.order_by(OutboxRow.id.desc()).limit(1))
    if who is None or who.wraps is None or who.notify == "none" or outbox_id is None:
        return
    row = LastAddress(outbox_id=outbox_id, case_id=case.id, notify=who.notify, contact=who.contact)
    row.wrap, row.until = list(who.wraps["notifier"]), now + LONGEST
    session.add(row)


def left(session: Session, outbox_ids: Collection[int]) -> None:
    """The notices have left, or never will: their addresses go, in the caller's transaction."""
    if outbox_ids:
        session.execute(delete(LastAddress).where(LastAddress.outbox_id.in_(outbox_ids)))


def forget(now: dt.datetime) -> int:
    """What could not be sent in its time goes as well; returns how many. May run twice."""
    with work() as session:
        gone = session.execute(delete(LastAddress).where(LastAddress.until <= now).returning(LastAddress.outbox_id))
        return len(gone.all())
