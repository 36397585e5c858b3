"""What tests of a regime's rows ask of the database: clocks, refusals, events, notices owed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.errors import Refused
from shared.models.approval import Approval
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.outbox import OutboxRow


def clock(case_id: int, limit: str) -> ClockRow:
    with work() as session:
        query = select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.limit_id == limit)
        row = session.scalars(query.order_by(ClockRow.start_seq.desc())).first()
        assert row is not None
        session.expunge(row)
        return row


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return str(caught.value.facts.get("field") or caught.value.code)


def kinds(case_id: int) -> list[str]:
    with work() as session:
        return list(session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)))


def owed(case_id: int) -> set[tuple[str, str]]:
    with work() as session:
        rows = session.execute(select(OutboxRow.notice, OutboxRow.audience).where(OutboxRow.case_id == case_id))
        return {(n, a) for n, a in rows}


def approval(case_id: int, subject: str = "decision") -> Approval:
    """The newest request for approval of this subject."""
    with work() as session:
        query = select(Approval).where(Approval.case_id == case_id, Approval.subject == subject)
        row = session.scalars(query.order_by(Approval.id.desc())).first()
        assert row is not None
        session.expunge(row)
        return row


def told(case_id: int, notice: str) -> list[str]:
    """The posts that a notice about the case was written for, in order."""
    with work() as session:
        query = select(OutboxRow.facts).where(OutboxRow.case_id == case_id, OutboxRow.notice == notice)
        return [facts.get("post", "") for facts in session.scalars(query.order_by(OutboxRow.id))]


def last(case_id: int, kind: str) -> dict[str, Any]:
    """The facts of the newest event of a kind."""
    with work() as session:
        query = select(Event.facts).where(Event.case_id == case_id, Event.kind == kind)
        return session.scalars(query.order_by(Event.seq.desc())).first() or {}
