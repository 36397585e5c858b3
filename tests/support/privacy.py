"""A case that went the whole way, with its words marked, for tests of what is left of it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from shared.db import Base, reading
from shared.services import answers, decisions
from shared.services.answers import Told
from tests.support import world as w

CANARY = "金丝雀喙"
NAMED = {"mode": "named", "identity": {"name": CANARY}, "contact": {"phone": "13900000000"}}


def closed(app: Flask, town: w.World, **more) -> int:
    """A case that went the whole way, with its words marked."""
    case_id, _slip = w.replied(app, town, story=f"{CANARY}{w.STORY}", wish=CANARY, **more)
    answers.feed_back(case_id, town.actor("intake"), w.MONDAY, Told("online", f"{CANARY}已经更新。"))
    decisions.add_note(case_id, town.actor("intake"), w.MONDAY, text=CANARY)
    answers.rate(case_id, w.CITIZEN, w.MONDAY, level="good", comment=CANARY)
    answers.close(case_id, town.actor("intake"), w.MONDAY)
    return case_id


def dump() -> str:
    """Every row of every table, as text."""
    with reading() as session:
        rows = [str(r) for t in Base.metadata.sorted_tables for r in session.execute(t.select())]
        return "\n".join([*rows, *map(str, session.execute(text("select * from case_text")))])


def one(model, *where):
    with reading() as session:
        return session.scalars(select(model).where(*where)).one()
