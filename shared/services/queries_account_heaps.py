"""The heaps of accountability: penalties by whose turn it is, those called for and unrecorded, supervision (J18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.services import queries_called, queries_ledger, queries_supervisions, supervisions
from shared.services.queries_heaps import SHOWN, Heap, Task
from shared.services.queries_queue import local_day

TURNS = {"approve": "approve_penalty", "uphold": "hear_penalty", "notify": "tell_penalty"}
"""The heap of each step that somebody else waits for."""


def account(session: Session, actor: Actor, now: dt.datetime, book: Regime) -> Iterator[Heap]:
    """What a person of the office or of a unit has to do where somebody is held to account."""
    if book.penalties and actor.in_office:
        yield from _penalties(session, actor)
        yield _called(session, actor, now, book)
    if book.supervision is not None:
        yield from _supervisions(session, actor, local_day(actor, now), book)


def _penalties(session: Session, actor: Actor) -> Iterator[Heap]:
    """R13.12: nothing is told or paid before every yes; whoever objects waits for an answer (R3.09)."""
    found = queries_ledger.waiting(session, actor)
    for step, code in TURNS.items():
        rows = found.get(step, [])
        tasks = [Task("penalty", one.row.id, one.whom, one.rule.name, one.row.state, None) for one in rows[:SHOWN]]
        yield Heap(code, tasks, len(rows) > SHOWN)


def _called(session: Session, actor: Actor, now: dt.datetime, book: Regime) -> Heap:
    """What the rule book calls for and nobody has put on record (R24.06)."""
    rows = queries_called.called(session, actor, book, now)
    tasks = [
        Task("called", c.case.id, c.case.register_no, "", c.case.state, c.case, names=[rule.name for rule in c.rules])
        for c in rows[:SHOWN]
    ]
    return Heap("propose_penalty", tasks, len(rows) > SHOWN)


def _supervisions(session: Session, actor: Actor, today: dt.date, book: Regime) -> Iterator[Heap]:
    """R22.02: the unit's head explains, the supervising role takes up and concludes."""
    asked = queries_supervisions.to_explain(session, actor, SHOWN + 1)
    tasks = [
        Task("my_supervision", one.row.id, "", one.misconduct, one.row.state, None, one.row.due_day)
        for one in asked[:SHOWN]
    ]
    yield Heap("explain", tasks, len(asked) > SHOWN)
    if supervisions.supervisors(book) & actor.roles:
        rows = queries_supervisions.to_check(session, actor, today, SHOWN + 1)
        tasks = [
            Task("supervision", one.row.id, one.whom, one.misconduct, one.row.state, None, one.row.due_day)
            for one in rows[:SHOWN]
        ]
        yield Heap("check_supervision", tasks, len(rows) > SHOWN)
