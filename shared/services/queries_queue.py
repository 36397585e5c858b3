"""The queue: one page of cases by an index, never counted, never skipped through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import joinedload

from shared.db import UtcDateTime, read_rows, reading, unindexed
from shared.domain.lifecycle import State
from shared.domain.mornings import midnight
from shared.domain.visibility import Actor, at_home, may_see, need_sight
from shared.models.case import Case
from shared.models.counter import Counter
from shared.models.institution import Institution
from shared.models.unit import Unit
from shared.services import barrier, search
from shared.services.queries_portal import institution

PAGE = 25
COUNTED = 1000
STILL_OPEN: ColumnElement[bool] = literal_column('"case".is_open')
"""Written as the index of open cases has it: SQLite wouldn't use that index for `is_open = 1`."""
NOT_HELD = or_(Case.held_at.is_(None), Case.state != str(State.RECEIVED))
"""Not set aside as one of many with the same text; what is pressing shows all the same."""
PRESSING = ("overdue", "today")
HERE = Case.institution_id == bindparam("here")
NOW, TONIGHT = bindparam("now", type_=UtcDateTime()), bindparam("tonight", type_=UtcDateTime())
VIEWS = ("open", "overdue", "today", *(str(s) for s in State), "all")
FILTERS = {
    "category": Case.category,
    "channel": Case.channel,
    "mode": Case.mode,
    "severity": Case.severity,
    "unit": Case.unit_id,
}
SHOWN: tuple[Any, ...] = (
    Case.id,
    Case.register_no,
    Case.state,
    Case.is_open,
    Case.channel,
    Case.mode,
    Case.category,
    Case.received_at,
    Case.due_at,
    Case.due_provisional,
    Case.paused,
    Case.waiting,
    Unit.name.label("unit"),
    Case.summary,
)
"""What the list shows of a case; last, what may never be remembered of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for; the address says all of it."""

    view: str = "open"
    sort: str = "due"
    category: str = ""
    channel: str = ""
    mode: str = ""
    severity: str = ""
    unit: int | None = None
    words: str = ""
    after: tuple[dt.datetime, int] | None = None
    before: tuple[dt.datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of `SHOWN` in order, and the keys from which the neighbouring pages start."""

    cases: list[Row[Any]]
    previous: tuple[dt.datetime, int] | None
    next: tuple[dt.datetime, int] | None


def page(actor: Actor, asked: Asked, now: dt.datetime) -> Page:
    """One page of the office's queue, in one statement; raises Refused('not_yours')."""
    need_sight(actor, "queue")
    backwards, key = asked.before is not None, asked.before or asked.after
    chosen = {name: value for name in FILTERS if (value := getattr(asked, name))}
    question = _question(asked.view, asked.sort, backwards, key is not None, tuple(chosen))
    facts: dict[str, Any] = {"here": actor.institution_id, "now": now, **barrier.facts(actor), **chosen}
    if asked.view == "today":
        facts["tonight"] = day_end(actor, now)
    if asked.words:
        with reading() as session:
            wanted = search.matches(session, actor.institution_id or 0, asked.words)
        question = question.where(wanted) if wanted is not None else question
    if key is not None:
        facts |= {"edge": key[0], "edge_id": key[1]}
    found = read_rows(question, facts)
    more, cases = len(found) > PAGE, found[:PAGE]
    if backwards:
        cases.reverse()
    if not cases:
        return Page([], None, None)
    first, last = (_key(asked, cases[0]), _key(asked, cases[-1]))
    has_previous = more if backwards else asked.after is not None
    has_next = True if backwards else more
    return Page(cases, first if has_previous else None, last if has_next else None)


@lru_cache(maxsize=512)
def _question(view: str, sort: str, backwards: bool, keyed: bool, filters: tuple[str, ...]) -> Select[Any]:
    """The statement for one kind of page, its facts left open: writing it anew costs more than running it."""
    where = [HERE, barrier.OPEN, *_view(view), *(FILTERS[name] == bindparam(name) for name in filters)]
    column = Case.received_at if sort == "received" else Case.due_at
    newest_first = (sort == "received") != backwards
    if keyed:
        here, edge = tuple_(column, Case.id), tuple_(bindparam("edge", type_=UtcDateTime()), bindparam("edge_id"))
        where.append(here < edge if newest_first else here > edge)
    order = (column.desc(), Case.id.desc()) if newest_first else (column, Case.id)
    question: Select[Any] = select(*SHOWN).outerjoin(Unit, Unit.id == Case.unit_id).where(*where)
    return question.order_by(*order).limit(PAGE + 1)


def _key(asked: Asked, case: Row[Any]) -> tuple[dt.datetime, int]:
    return (case.received_at if asked.sort == "received" else case.due_at, case.id)


def _view(view: str) -> list[ColumnElement[bool]]:
    if view == "all":
        return []
    if view == "open":
        return [STILL_OPEN, NOT_HELD]
    if view == "overdue":
        return [STILL_OPEN, Case.due_at < NOW]
    if view == "today":
        return [STILL_OPEN, Case.due_at >= NOW, Case.due_at < TONIGHT]
    return [Case.state == view, NOT_HELD]


def _up_to_a_thousand(view: str) -> Select[Any]:
    found = select(Case.id).where(HERE, barrier.OPEN, *_view(view)).limit(COUNTED).subquery()
    return select(literal(view), select(func.count()).select_from(found).scalar_subquery())


def _held() -> Select[Any]:
    """How many are set aside, as `held`."""
    held: ColumnElement[bool] = literal_column('"case".held_at is not null')
    here = unindexed(Case.institution_id) == bindparam("here")  # by the index of what is held
    found = select(Case.id).where(here, barrier.OPEN, held, Case.state == str(State.RECEIVED)).limit(COUNTED).subquery()
    return select(literal("held"), select(func.count()).select_from(found).scalar_subquery())


BESIDE: CompoundSelect[Any] = union_all(
    *(_up_to_a_thousand(view) for view in PRESSING),
    select(Counter.key, Counter.n).where(
        Counter.institution_id == bindparam("here"),
        Counter.key.in_([literal_column(f"'state:{state}'") for state in State]),
    ),
    barrier.HIDDEN,
    _held(),
)


def beside(actor: Actor, now: dt.datetime) -> dict[str, int]:
    """What stands beside every staff page, in one statement.

    How many are `overdue` and due `today` (counted to a thousand, by the index of open cases), and the tallies of
    the states, as `state:received`; never with a case that the person is barred from.
    """
    facts = {"here": actor.institution_id, "now": now, "tonight": day_end(actor, now), **barrier.facts(actor)}
    counts: dict[str, int] = {}
    for key, n in read_rows(BESIDE, facts):
        counts[key] = counts.get(key, 0) + n
    return counts


def place_of(actor: Actor) -> Institution:
    """The institution the person works for, as the process knows it."""
    return institution(actor.institution_id or 0)


def local_day(actor: Actor, now: dt.datetime) -> dt.date:
    """Today, where the person works."""
    return now.astimezone(ZoneInfo(place_of(actor).time_zone)).date()


def day_end(actor: Actor, now: dt.datetime) -> dt.datetime:
    """When today ends where the person works."""
    here = ZoneInfo(place_of(actor).time_zone)
    tomorrow = now.astimezone(here).date() + dt.timedelta(days=1)
    return midnight(tomorrow, here)


def preview(actor: Actor, case_id: int) -> Case | None:
    """One case for the pane beside the list; None where it isn't the actor's to see."""
    if not may_see(actor, "queue", at_home(actor)):
        return None
    with reading() as session:
        query = select(Case).options(joinedload(Case.unit))
        own = Case.institution_id == actor.institution_id, barrier.open_to(actor)
        return session.scalar(query.where(Case.id == case_id, *own))


def alike(actor: Actor, case_id: int) -> list[Case]:
    """A few cases that tell of much the same: a hint, never a bar."""
    with reading() as session:
        case = session.scalar(select(Case).where(Case.id == case_id, barrier.open_to(actor)))
        if case is None or case.institution_id != actor.institution_id:
            return []
        found = set(search.similar(session, case, 60))
        others = list(session.scalars(select(Case).where(Case.id.in_(found), barrier.open_to(actor))))
        own = set(search.grams(case.story))
        scored = [(len(own & set(search.grams(o.story))) / max(1, len(own)), o) for o in others]
        return [o for score, o in sorted(scored, key=lambda pair: -pair[0]) if score > 0.4][:5]
