"""Cases at their end, under any rule book: answered and closed, by somebody who left a number, and their visits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy import select

from shared.db import work
from shared.domain.lifecycle import Role, Route
from shared.models.return_visit import ReturnVisit
from shared.services import answers, investigations, replies
from shared.services.answers import Told
from tests.support import regime_world as rw
from tests.support import world as w

NAMED: dict[str, Any] = {"mode": "named", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13900001234"}}
UNRATED = Told("letter", "已经改正。")


def answered(app: Flask, place: rw.RegimeWorld, told: Told = rw.TOLD, now: dt.datetime = w.MONDAY, **more: Any) -> int:
    """A case that was looked into and answered."""
    if Route.TRANSFER in place.book.routes:
        case_id, _slip = place.replied(app, now, **(NAMED | more))
    else:
        case_id = place.accepted(app, now, **(NAMED | more))
        looked_into(place, case_id, now)
    answers.feed_back(case_id, place.as_("intake"), now, told)
    return case_id


def looked_into(place: rw.RegimeWorld, case_id: int, now: dt.datetime) -> None:
    """The office's own investigation, with its report reviewed."""
    writer = place.as_("investigator")
    chief = place.cast.everybody(Role.CHIEF) or place.cast.everybody(Role.INTAKE)
    investigations.assign(case_id, chief[0], now, person_id=writer.person_id or 0)
    replies.submit_opinion(case_id, writer, now, rw.SOLVED)
    leaders = [a for a in place.cast.everybody(Role.GOV_LEADER) if a.person_id != writer.person_id]
    replies.decide_opinion(case_id, leaders[0], now, approved=True)


def closed(app: Flask, place: rw.RegimeWorld, now: dt.datetime = w.MONDAY, **more: Any) -> int:
    """The same, rated on the phone and closed."""
    case_id = answered(app, place, now=now, **more)
    answers.close(case_id, place.as_("intake"), now)
    return case_id


def visit_of(case_id: int, number: int = 1) -> ReturnVisit:
    """The visit of a round."""
    with work() as session:
        row = session.scalar(select(ReturnVisit).where(ReturnVisit.case_id == case_id, ReturnVisit.round == number))
        assert row is not None
        session.expunge(row)
        return row
