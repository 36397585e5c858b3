"""W1.03: many text messages at once go out only with a yes of the head."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.models.outbox import OutboxRow
from shared.services import held_notices, sending
from shared.services.holding import BULK, holding
from tests.support import regime_world as rw
from tests.support import world as w

MANY = 3
TELECOM = "R25"


def accepted_together(app, place: rw.RegimeWorld) -> list[int]:
    """So many complaints whose citizens want a text message, accepted in one act."""
    told = {"mode": "named", "identity": {"name": "温若水"}, "contact": {"phone": "13900001234"}, "notify": "sms"}
    cases = [place.file_case(app, **told).case_id for _ in range(MANY)]
    with holding(BULK if held_notices.is_bulk(cases, MANY) else ""):
        for case_id in cases:
            place.accept(case_id)
    return cases


def states(notice: str) -> list[str]:
    with work() as session:
        return list(session.scalars(select(OutboxRow.state).where(OutboxRow.notice == notice)))


def test_w1_03_many_text_messages_at_once_wait_for_the_heads_yes(app, db):
    place = rw.of(TELECOM)
    accepted_together(app, place)
    assert states("accepted") == ["held"] * MANY
    taken = set()
    while (row := sending.claim(w.MONDAY + w.days(1))) is not None:
        taken.add(row)
    with work() as session:
        assert not taken & set(session.scalars(select(OutboxRow.id).where(OutboxRow.state == "held")))


def test_w1_03_only_the_head_lets_them_go(app, db):
    place = rw.of(TELECOM)
    accepted_together(app, place)
    [heap] = held_notices.heaps(place.as_("chief"))
    clerk = next(a for a in place.cast.everybody(Role.INTAKE) if Role.CHIEF not in a.roles)
    with pytest.raises(Refused, match="not_yours"):
        held_notices.decide(clerk, heap.key, w.MONDAY, send=True)
    assert held_notices.decide(place.as_("chief"), heap.key, w.MONDAY, send=True) == MANY
    assert states("accepted") == ["queued"] * MANY


def test_w1_03_a_few_go_at_once(app, db):
    place = rw.of(TELECOM)
    told = {"mode": "named", "identity": {"name": "温若水"}, "contact": {"phone": "13900001234"}, "notify": "sms"}
    case_id = place.accepted(app, **told)
    assert not held_notices.is_bulk([case_id], MANY)
    assert states("accepted") == ["queued"]
