"""Return visits to read: what is owed, what was said, and what a period of them tells."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from shared.db import reading
from shared.domain import follow_up
from shared.domain.calendar import ONE_DAY
from shared.domain.mornings import midnight
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, need_sight
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.person import Person
from shared.models.return_visit import ReturnVisit
from shared.services import barrier
from shared.services.regimes import regime_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One visit in a list, with the case it is about; never who complained."""

    visit: ReturnVisit
    case_id: int
    register_no: str
    summary: str
    by: str


@dataclass(frozen=True, slots=True)
class Visits:
    """The list of an institution: owed first to last, or made, newest first."""

    book: Regime
    lines: list[Line]
    owed: int
    more: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the visits of a period tell (R9.14: 定期)."""

    book: Regime
    first: dt.date
    last: dt.date
    made: int
    missed: int
    reopened: int
    still: int
    levels: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    means: list[tuple[str, Decimal | None, int]] = field(default_factory=list)
    """Of each question with a score: its words, the mean, how many answered."""


def listed(actor: Actor, *, done: bool, number: int = 1) -> Visits:
    """The visits that are owed, or those that were made or tried in vain; `number` counts pages from 1."""
    need_sight(actor, "visits")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        query = _mine(actor)
        if done:
            query = query.where(ReturnVisit.state.in_(["done", "missed"])).order_by(
                ReturnVisit.done_at.desc(), ReturnVisit.id.desc()
            )
        else:
            query = query.where(ReturnVisit.state == "owed").order_by(ReturnVisit.due_day, ReturnVisit.id)
        rows = session.execute(query.offset(PAGE * (number - 1)).limit(PAGE + 1)).all()
        waiting = select(func.count(ReturnVisit.id)).where(
            ReturnVisit.institution_id == actor.institution_id,
            ReturnVisit.state == "owed",
            barrier.open_to(actor, ReturnVisit.case_id),
        )
        owed = session.scalar(waiting) or 0
        return Visits(
            regime_of(session, place.regime_version_id),
            [Line(v, i, no, summary, name or "") for v, i, no, summary, name in rows[:PAGE]],
            owed,
            len(rows) > PAGE,
        )


def of_case(case_id: int, actor: Actor) -> list[Line]:
    """Every visit of one case, oldest first; raises Refused('no_such_case')."""
    need_sight(actor, "visits")
    with reading() as session:
        barrier.case_for(session, case_id, actor)
        rows = session.execute(_mine(actor).where(Case.id == case_id).order_by(ReturnVisit.round)).all()
        return [Line(v, i, no, summary, name or "") for v, i, no, summary, name in rows]


def analysis(actor: Actor, first: dt.date, last: dt.date) -> Analysis:
    """What was said from the first to the last day, both included, in the institution's zone."""
    need_sight(actor, "visits")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        book, zone = regime_of(session, place.regime_version_id), ZoneInfo(place.time_zone)
        start, end = midnight(first, zone), midnight(last + ONE_DAY, zone)
        query = select(
            ReturnVisit.state,
            ReturnVisit.way,
            ReturnVisit.level,
            ReturnVisit.still,
            ReturnVisit.reopened,
            ReturnVisit.scores,
        ).where(
            ReturnVisit.institution_id == actor.institution_id,
            ReturnVisit.done_at >= start,
            ReturnVisit.done_at < end,
            barrier.open_to(actor, ReturnVisit.case_id),
        )
        rows = session.execute(query).all()
    made, rule = [row for row in rows if row.state == "done"], follow_up.visit_rule(book)
    means = []
    for key, ask in follow_up.scored(rule) if rule else []:
        given = [int(row.scores[key]) for row in made if key in row.scores]
        means.append((ask.text, follow_up.mean(given), len(given)))
    return Analysis(
        book,
        first,
        last,
        len(made),
        len(rows) - len(made),
        sum(row.reopened for row in made),
        sum(bool(row.still) for row in made),
        Counter(row.level for row in made),
        Counter(row.way for row in made),
        means,
    )


def _mine(actor: Actor) -> Select[ReturnVisit, int, str, str, str | None]:
    query = (
        select(ReturnVisit, Case.id, Case.register_no, Case.summary, Person.name)
        .join(Case, Case.id == ReturnVisit.case_id)
        .outerjoin(Person, Person.id == ReturnVisit.by_id)
    )
    return query.where(ReturnVisit.institution_id == actor.institution_id, barrier.open_to(actor))
