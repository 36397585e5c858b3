"""The tallies that pages show are what a count would say."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shared.db import work
from shared.models.case import Case
from shared.services import answers, counters, decisions, slips
from shared.services.answers import Told
from tests.support import world as w


def counted(institution_id: int) -> dict[str, int]:
    with work() as session:
        rows = session.execute(select(Case.state, Case.unit_id).where(Case.institution_id == institution_id)).all()
    tally = Counter(f"state:{state}" for state, _ in rows)
    tally.update(f"state:{state}:unit:{unit}" for state, unit in rows if unit)
    return dict(tally)


def test_every_heap_holds_what_a_count_would_find(app: Flask, db: SQLAlchemy) -> None:
    town = w.township()
    w.accepted(app, town)
    w.transferred(app, town)
    case_id, _ = w.replied(app, town)
    answers.feed_back(case_id, town.actor("intake"), w.MONDAY, Told(means="online", text="已经更新。"))
    _, slip_id = w.signed(app, town)
    slips.ask_return(slip_id, town.actor("signer"), w.MONDAY, reason="不属于本单位。")
    slips.decide_return(slip_id, town.actor("dispatcher"), w.MONDAY, granted=True, comment="")
    withdrawn, _ = w.transferred(app, town)
    decisions.withdraw(withdrawn, w.MONDAY)
    with work() as session:
        kept = {k: n for k, n in counters.values(session, town.institution_id).items() if n}
    assert kept == counted(town.institution_id)
