"""Notices that wait for a person's yes: many at once (W1.03), or those that a restored backup would send again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.notices import Audience
from shared.domain.visibility import Actor, need, need_sight
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.outbox import OutboxRow
from shared.senders.render import render_email, render_sms
from shared.services import barrier
from shared.services.admin_acts import note
from shared.services.recipients import facts

SMS = ("sms", "sms_neutral")
_HELD: ColumnElement[bool] = literal_column("outbox.state = 'held'")  # a literal: the partial index asks for it


@dataclass(frozen=True, slots=True)
class Heap:
    """Held notices that are decided together: of one kind, to one audience, held for one reason."""

    notice: str
    audience: str
    reason: str
    count: int
    first_id: int
    last_id: int

    @property
    def key(self) -> str:
        """Names the heap in a form, as it was when the page was made: what came later isn't decided unseen."""
        return f"{self.notice}|{self.audience}|{self.reason}|{self.last_id}"


def is_bulk(case_ids: Collection[int], bulk_from: int) -> bool:
    """Whether an act on these cases would send so many text messages that a person has to agree (W1.03)."""
    with reading() as session:
        query = select(func.count()).where(Complainant.case_id.in_(case_ids), Complainant.notify.in_(SMS))
        return (session.scalar(query) or 0) >= bulk_from


def heaps(actor: Actor) -> list[Heap]:
    """What waits for a yes in the actor's institution, oldest first; raises Refused('not_yours')."""
    need_sight(actor, "held_notices")
    what = OutboxRow.notice, OutboxRow.audience, OutboxRow.outcome
    first, last = func.min(OutboxRow.id), func.max(OutboxRow.id)
    query = (
        select(*what, func.count(), first, last)
        .where(_HELD, OutboxRow.institution_id == actor.institution_id, _open_to(actor))
        .group_by(*what)
        .order_by(first)
    )
    with reading() as session:
        found = session.execute(query).all()
    return [Heap(notice, to, reason, n, low, high) for notice, to, reason, n, low, high in found]


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Nobody decides about, or counts, notices of a case that is about them (R4.06)."""
    return or_(OutboxRow.case_id.is_(None), OutboxRow.case_id.not_in(barrier.closed_to(actor)))


def words(outbox_id: int, base_url: str) -> str:
    """The text of one held notice as it would go out; '' where it states something that is gone. Needs an app."""
    with reading() as session:
        row = session.get_one(OutboxRow, outbox_id)
        locale = session.get_one(Case, row.case_id).locale if row.case_id and row.audience == Audience.CITIZEN else "zh"
        known = facts(session, row, base_url, locale)
    try:
        if row.audience == Audience.CITIZEN:
            return render_sms(row.notice, locale, known)[0]
        return render_email(row.notice, locale, known)[0]
    except KeyError:
        return ""


def decide(actor: Actor, key: str, now: dt.datetime, *, send: bool) -> int:
    """Lets a heap go, or fails it so that a person tells those people; returns its number, raises Refused('stale')."""
    need(actor, "release_notice")
    with work() as session:
        rows = _locked(session, actor, key)
        if not rows:
            raise Refused("stale")
        changed = (
            {"state": "queued", "not_before": now, "outcome": ""}
            if send
            else {"state": "failed", "done_at": now, "outcome": "not_agreed"}
        )
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(rows)).values(**changed))
        said = {"notice": key.split("|")[0], "count": len(rows)}
        note(session, actor, now, "notices_released" if send else "notices_refused", facts=said)
        return len(rows)


def _locked(session: Session, actor: Actor, key: str) -> list[int]:
    notice, audience, reason, last = [*key.split("|"), "", "", ""][:4]
    if not (last.isascii() and last.isdigit() and len(last) < 18 and key.isprintable()):
        return []
    return list(
        session.scalars(
            select(OutboxRow.id)
            .where(
                _HELD,
                OutboxRow.institution_id == actor.institution_id,
                OutboxRow.notice == notice,
                OutboxRow.audience == audience,
                OutboxRow.outcome == reason,
                OutboxRow.id <= int(last),
                _open_to(actor),
            )
            .with_for_update()
        )
    )
