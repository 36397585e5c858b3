"""What lies on a desk: tasks in heaps, and how cases and slips are read into one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.models.case import Case
from shared.models.slip import Slip

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: a case, a slip or a common issue, and where it leads."""

    kind: str
    """Which page it leads to: case, slip, evidence, issue, identity, notice, approval, action, report, penalty …"""
    id: int
    number: str
    summary: str
    state: str
    case: Case | None
    day: dt.date | None = None
    """By when, where no case says it."""
    names: Sequence[str] = ()
    """What it is about, where that is several things of the rule book."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Tasks of one sort; `more` says that not all are shown, `view` is the queue that holds them all."""

    code: str
    tasks: list[Task]
    more: bool
    view: str = ""


def of_cases(session: Session, code: str, *where: ColumnElement[bool], view: str = "") -> Heap:
    """The cases that meet the conditions, the most urgent first; `view` is the queue that holds them all."""
    query = select(Case).where(*where).order_by(Case.due_at, Case.id).limit(SHOWN + 1)
    rows = session.scalars(query).all()
    tasks = [Task("case", c.id, c.register_no, c.summary, c.state, c) for c in rows[:SHOWN]]
    return Heap(code, tasks, len(rows) > SHOWN, view)


def of_slips(session: Session, code: str, *where: ColumnElement[bool]) -> Heap:
    """The slips that meet the conditions, those of the most urgent cases first."""
    query = select(Slip, Case).join(Case, Case.id == Slip.case_id).where(*where).order_by(Case.due_at, Slip.id)
    rows = session.execute(query.limit(SHOWN + 1)).all()
    tasks = [Task("slip", s.id, s.number, s.points.split("\n")[0][:40], s.state, c) for s, c in rows[:SHOWN]]
    return Heap(code, tasks, len(rows) > SHOWN)
