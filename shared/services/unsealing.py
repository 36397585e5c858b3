"""Opening a confidential complainant's identity by two: one asks, a colleague of the other group agrees (promises 1.3).

Each group holds half of the key. Agreeing hands the colleague's half to whoever asked, closed for that officer alone,
for fifteen minutes from the first look. Where a life is in danger the worker hands it out, once the alarm has gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import SYSTEM, Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.key_group import OfficerKey
from shared.models.outbox import Delivery, OutboxRow
from shared.models.person import Person
from shared.models.unseal_request import UnsealRequest
from shared.sealing import boxes, wraps
from shared.sealing.envelope import Unreadable
from shared.services import cases, officer_keys, seals

AGREED_FOR = dt.timedelta(hours=24)
"""By then whoever asked must have looked for the first time."""
LOOK_FOR = dt.timedelta(minutes=15)
SHORTEST_REASON = 10
WHY = frozenset({"contact", "verify", "feedback", "form", "danger"})
ALARM_NOTICE = "identity_urgent"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one officer stands towards a confidential case: the own request, and those of others to decide."""

    mine: UnsealRequest | None
    to_decide: list[tuple[UnsealRequest, str]]

    def until(self) -> dt.datetime | None:
        """When the own agreed request ends."""
        return _until(self.mine) if self.mine and self.mine.state == "agreed" else None


def side_of(actor: Actor) -> str:
    """The half that the officer's group holds; raises Refused('not_yours')."""
    side = officer_keys.group_of(actor.roles)
    if side is None:
        raise Refused("not_yours", action="open_identity")
    return side


def standing(case_id: int, actor: Actor, now: dt.datetime) -> Standing:
    """What the page of the identity shows, beside the case itself."""
    query = select(UnsealRequest, Person.name).join(Person, Person.id == UnsealRequest.person_id)
    with reading() as session:
        query = query.where(UnsealRequest.case_id == case_id).order_by(UnsealRequest.id.desc())
        rows = [(r, name) for r, name in session.execute(query) if not _over(r, now)]
    side = officer_keys.group_of(actor.roles)
    mine = next((r for r, _ in rows if r.person_id == actor.person_id), None)
    return Standing(mine, [(r, name) for r, name in rows if r.state == "asked" and side not in (None, r.side)])


def ask(case_id: int, actor: Actor, now: dt.datetime, *, why: str, reason: str, urgent: bool = False) -> int:
    """Asks a colleague of the other group; with `urgent` (danger to life) the alarm goes out instead.

    Asking twice is one request. Raises Refused('not_yours'), Refused('missing', field='because') for a reason of less
    than ten characters, Refused('not_now') where there is nothing to ask for.
    """
    with work() as session:
        case = cases.lock(session, case_id)
        held = cases.roles(session, case, actor)
        side = side_of(actor)
        if why not in WHY:
            raise Refused("missing", field="reason")
        if len("".join(reason.split())) < SHORTEST_REASON:
            raise Refused("missing", field="because")
        _boxed(session, case)
        if urgent and side != wraps.INTAKE:  # the worker keeps the approver's half only
            raise Refused("not_yours", action="urgent")
        known = _latest(session, case_id, actor)
        going = ("urgent", "agreed") if urgent else ("asked", "urgent", "agreed")
        if known is not None and known.state in going and not _over(known, now):
            return known.id
        row = UnsealRequest(institution_id=case.institution_id, case_id=case_id, person_id=actor.person_id, side=side)
        row.why, row.reason, row.state, row.asked_at = why, reason, "urgent" if urgent else "asked", now
        session.add(row)
        kind = ALARM_NOTICE if urgent else "identity_asked"
        cases.record(session, case, kind, actor, now, role=min(held), facts={"why": why})
        session.flush()
        return row.id


def decide(
    keys: Keys, case_id: int, request_id: int, actor: Actor, now: dt.datetime, *, agreed: bool, token: str
) -> None:
    """A colleague of the other group agrees or doesn't; agreeing hands the half over.

    Raises Refused('not_yours') for one's own group, Refused('not_now') where it has been decided or has lapsed,
    Refused('no_key') where the colleague, or whoever asked, has no key yet.
    """
    with work() as session:
        case = cases.lock(session, case_id)
        held = cases.roles(session, case, actor)
        side = side_of(actor)
        row = session.get(UnsealRequest, request_id)
        if row is None or row.case_id != case_id or row.state != "asked" or _over(row, now):
            raise Refused("not_now", action="decide_unsealing")
        if side == row.side or actor.person_id == row.person_id:
            raise Refused("not_yours", action="decide_unsealing")
        if agreed:
            try:
                private = officer_keys.signed_in(session, actor, token)
                _side, share = officer_keys.own_share(session, case_id, _boxed(session, case), actor, private)
                row.share = _handed(session, keys, row, share)
            except Unreadable:
                raise Refused("no_key") from None
        row.state, row.decided_by, row.decided_at = "agreed" if agreed else "declined", actor.person_id, now
        kind = "identity_agreed" if agreed else "identity_declined"
        cases.record(session, case, kind, actor, now, role=min(held), facts={"person": row.person_id})


def released(session: Session, case_id: int, actor: Actor, private: bytes, now: dt.datetime) -> bytes:
    """The colleague's half for whoever asked; the fifteen minutes begin. Raises Refused('needs_colleague')."""
    row = _latest(session, case_id, actor, UnsealRequest.state == "agreed")
    if row is None or row.share is None or _over(row, now):
        raise Refused("needs_colleague")
    row.first_seen_at = row.first_seen_at or now
    return boxes.open_(private, _place(row), row.share)


def release_urgent(keys: Keys, notifier: Mapping[str, bytes], now: dt.datetime) -> int:
    """Hands the half out where the alarm has reached somebody (worker process only); returns how many."""
    gone = (
        select(UnsealRequest.id, UnsealRequest.case_id)
        .join(OutboxRow, and_(OutboxRow.case_id == UnsealRequest.case_id, OutboxRow.notice == ALARM_NOTICE))
        .join(Delivery, Delivery.outbox_id == OutboxRow.id)
        .where(UnsealRequest.state == "urgent", OutboxRow.created_at == UnsealRequest.asked_at)
        .where(Delivery.state == "sent")
        .distinct()
    )
    with reading() as session:
        found = list(session.execute(gone))
        session.rollback()
    return sum(_release(keys, notifier, request_id, case_id, now) for request_id, case_id in found)


def _release(keys: Keys, notifier: Mapping[str, bytes], request_id: int, case_id: int, now: dt.datetime) -> bool:
    with work() as session:
        case = cases.lock(session, case_id)
        row = session.get_one(UnsealRequest, request_id)
        if row.state != "urgent":
            return False
        entry = _boxed(session, case)["people"][wraps.ALARM]
        try:
            share = wraps.opened(notifier.get(entry[0], b""), case_id, wraps.ALARM, entry)
            row.share = _handed(session, keys, row, share)
        except Unreadable:
            return False
        row.state, row.decided_at = "agreed", now
        facts = {"person": row.person_id}
        cases.record(session, case, "identity_released", SYSTEM, now, role=Role.SYSTEM, facts=facts)
        return True


def forget_shares(now: dt.datetime) -> None:
    """Destroys what was handed out, once its time is over; may run twice or late."""
    ended = or_(
        UnsealRequest.first_seen_at <= now - LOOK_FOR,
        and_(UnsealRequest.first_seen_at.is_(None), UnsealRequest.decided_at <= now - AGREED_FOR),
    )
    with work() as session:
        session.execute(
            update(UnsealRequest).where(UnsealRequest.state == "agreed", ended).values(state="over", share=None)
        )


def _handed(session: Session, keys: Keys, row: UnsealRequest, share: bytes) -> bytes:
    """The half, closed for whoever asked and for this request; raises Unreadable where they have no key of ours."""
    to = session.get(OfficerKey, row.person_id)
    if to is None or not seals.genuine(keys, to):
        raise Unreadable
    return boxes.close(to.public, _place(row), share, keys.profile)


def _boxed(session: Session, case: Case) -> wraps.Wraps:
    who = session.get(Complainant, case.id)
    if who is None or who.wraps is None or not who.wraps["split"]:
        raise Refused("not_now", action="ask_unsealing")
    return who.wraps


def _latest(session: Session, case_id: int, actor: Actor, *more: ColumnElement[bool]) -> UnsealRequest | None:
    mine = (UnsealRequest.case_id == case_id, UnsealRequest.person_id == actor.person_id)
    return session.scalar(select(UnsealRequest).where(*mine, *more).order_by(UnsealRequest.id.desc()).limit(1))


def _until(row: UnsealRequest) -> dt.datetime:
    if row.first_seen_at is not None:
        return row.first_seen_at + LOOK_FOR
    return (row.decided_at or row.asked_at) + AGREED_FOR


def _over(row: UnsealRequest, now: dt.datetime) -> bool:
    return row.state == "over" or (row.state == "agreed" and now >= _until(row))


def _place(row: UnsealRequest) -> str:
    return f"unseal_request|share|{row.case_id}|{row.id}"
