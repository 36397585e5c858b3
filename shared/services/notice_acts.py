"""What a person does about a notice that did not go by itself: again, by letter, by phone, not at all, or yes to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.domain.visibility import DONE_BY, Actor, at_home, may_do, need
from shared.models.notice import NoticeAct
from shared.models.outbox import Delivery, OutboxRow
from shared.services import barrier, cases
from shared.services.admin_acts import note

LETTER_WAYS = ("posted", "handed")
CALL_RESULTS = ("told", "no_answer", "wrong_number")
WENT = ("sent", "delivered")
FAILED, PARKED, HELD = "failed", "parked", "held"


def retry(outbox_id: int, person: Actor, now: dt.datetime) -> None:
    """Puts a notice back into the queue; a parked one is the system administrator's to try again.

    Raises Refused('no_such_case'), Refused('not_now'), Refused('not_yours').
    """
    technician = may_do(person, "retry_parked", at_home(person))
    if not technician:
        need(person, "settle_notice")
    with work() as session:
        row = _own(session, outbox_id, person, [PARKED if technician else FAILED])
        _queue(session, row, now)
        _settle(session, row, person, now, "retried")


def replace(
    outbox_id: int, person: Actor, by: str, note_code: str, now: dt.datetime, *, called_at: dt.datetime | None = None
) -> None:
    """Records a letter that went instead, or a call and what it came to; only a call that reached somebody settles it.

    Raises Refused('missing', field='note_code'), Refused('past_day') for a call in the future, and as `retry`.
    """
    need(person, "settle_notice")
    if note_code not in (LETTER_WAYS if by == "letter" else CALL_RESULTS):
        raise Refused("missing", field="note_code")
    if called_at is not None and called_at > now:
        raise Refused("called_later", field="called_day")
    with work() as session:
        row = _own(session, outbox_id, person, [FAILED, PARKED])
        if by == "letter" or note_code == "told":
            row.state, row.outcome, row.done_at, row.leased_until = "replaced", by, now, None
        _settle(session, row, person, now, by, code=note_code, called_at=called_at)


def drop(outbox_id: int, person: Actor, reason: str, now: dt.datetime) -> None:
    """Gives a notice up, with a reason; for one that waits for a yes this is the no. Raises as `retry`."""
    needs(reason=reason)
    with work() as session:
        row = _own(session, outbox_id, person, [FAILED, PARKED, HELD])
        need(person, "release_notice" if row.state == HELD else "settle_notice")
        row.outcome = "refused" if row.state == HELD else row.outcome
        row.state, row.done_at, row.leased_until = "dropped", now, None
        _settle(session, row, person, now, "dropped", reason=reason)


def release(outbox_ids: Sequence[int], person: Actor, now: dt.datetime) -> int:
    """Says yes to notices that waited for it; returns how many. What is no longer waiting is left alone."""
    need(person, "release_notice")
    count = 0
    with work() as session:
        for outbox_id in sorted(set(outbox_ids)):
            row = _locked(session, outbox_id, person)
            if row.state == HELD:
                _queue(session, row, now)
                _settle(session, row, person, now, "released")
                count += 1
    return count


def refuse(outbox_ids: Sequence[int], person: Actor, reason: str, now: dt.datetime) -> int:
    """Says no to notices that waited for a yes; returns how many. Raises Refused('missing', field='reason')."""
    need(person, "release_notice")
    needs(reason=reason)
    for outbox_id in sorted(set(outbox_ids)):
        drop(outbox_id, person, reason, now)
    return len(set(outbox_ids))


def _queue(session: Session, row: OutboxRow, now: dt.datetime) -> None:
    row.state, row.attempts, row.faults, row.not_before = "queued", 0, 0, now
    row.lease = row.leased_until = row.done_at = None
    row.outcome = ""
    # Whoever has it already is left out of the next try, the others are written to again.
    failed = (Delivery.outbox_id == row.id, Delivery.state.not_in(WENT))
    session.execute(update(Delivery).where(*failed).values(state="retry"))


def _own(session: Session, outbox_id: int, person: Actor, states: Collection[str]) -> OutboxRow:
    row = _locked(session, outbox_id, person)
    if row.state not in states:
        raise Refused("not_now", action="notice", state=row.state)
    return row


def _locked(session: Session, outbox_id: int, person: Actor) -> OutboxRow:
    """The row, if it is the person's institution's and not about a case that they are barred from."""
    case_id = session.scalar(select(OutboxRow.case_id).where(OutboxRow.id == outbox_id))
    if case_id is not None:
        cases.lock(session, case_id)  # before the notice, as every step of the case does: no two wait for each other
    row = session.scalar(select(OutboxRow).where(OutboxRow.id == outbox_id).with_for_update())
    if row is None or row.institution_id != person.institution_id:
        raise Refused("no_such_case")
    if row.case_id is not None and not person.roles & ADMIN_ROLES:
        barrier.stop(session, row.case_id, person)
    return row


def _settle(
    session: Session,
    row: OutboxRow,
    person: Actor,
    now: dt.datetime,
    kind: str,
    *,
    code: str = "",
    reason: str = "",
    called_at: dt.datetime | None = None,
) -> None:
    """Keeps what was done, with the notice and on the case; where no case is seen, in the administrators' record."""
    session.add(
        NoticeAct(
            outbox_id=row.id, at=now, by_id=person.person_id, kind=kind, code=code, reason=reason, called_at=called_at
        )
    )
    event = _event(kind, code)
    roles = person.roles & (DONE_BY["settle_notice"] | DONE_BY["release_notice"])
    if row.case_id is None or not roles:
        note(session, person, now, event, facts={"outbox": row.id, "notice": row.notice})
        return
    facts = {"notice": row.notice, **({"way": code} if code else {})}
    case = cases.lock(session, row.case_id)
    cases.record(session, case, event, person, now, role=min(roles, key=_first), slip_id=row.slip_id, facts=facts)


def _event(kind: str, code: str) -> str:
    if kind in {"letter", "call"}:
        return "notice_replaced" if kind == "letter" or code == "told" else "notice_called"
    return f"notice_{kind}"


def _first(role: Role) -> tuple[bool, str]:
    return role is not Role.INTAKE, str(role)
