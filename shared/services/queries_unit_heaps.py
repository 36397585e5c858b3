"""The heaps of units: slips by whose turn it is, help and material that are asked for; never a case (decision 0003)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.lifecycle import Role, SlipState
from shared.domain.visibility import Actor
from shared.models.slip import CoHandling, EvidenceRequest, Slip
from shared.services import barrier
from shared.services.queries_heaps import SHOWN, Heap, Task, of_slips

SLIP_HEAPS: list[tuple[str, Role, SlipState]] = [
    ("sign", Role.SIGNER, SlipState.ISSUED),
    ("section", Role.DIRECTOR, SlipState.SIGNED),
    ("reply", Role.HANDLER, SlipState.SIGNED),
    ("approve_reply", Role.UNIT_HEAD, SlipState.SUBMITTED),
    ("hand_in", Role.SIGNER, SlipState.APPROVED),
]


def units(session: Session, actor: Actor) -> Iterator[Heap]:
    """What waits for somebody of a unit, in the order of a slip's life."""
    for code, role, state in SLIP_HEAPS:
        held = actor.units_as(role)
        if not held:
            continue
        mine = or_(Slip.unit_id.in_(held), Slip.section_id.in_(held))
        where = [mine, Slip.state == str(state), barrier.open_to(actor)]
        if code == "section":
            where.append(Slip.section_id.is_(None))
        if code == "reply":
            where.append(Slip.section_id.is_not(None))
        yield of_slips(session, code, *where)
    handles = actor.units_as(Role.HANDLER)
    if handles:
        parts = select(CoHandling.slip_id).where(CoHandling.unit_id.in_(handles), CoHandling.state == "agreed")
        open_to = Slip.state.in_(["signed", "submitted"]), barrier.open_to(actor)
        yield of_slips(session, "help", Slip.id.in_(parts), *open_to)
        yield _evidence(session, handles)


def _evidence(session: Session, units: frozenset[int]) -> Heap:
    query = (
        select(EvidenceRequest)
        .where(EvidenceRequest.unit_id.in_(units), EvidenceRequest.given_at.is_(None))
        .order_by(EvidenceRequest.due_day)
        .limit(SHOWN + 1)
    )
    rows = session.scalars(query).all()
    tasks = [Task("evidence", r.id, r.due_day.isoformat(), r.wanted[:40], "asked", None) for r in rows[:SHOWN]]
    return Heap("give_evidence", tasks, len(rows) > SHOWN)
