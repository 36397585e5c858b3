"""The queue: one page of cases by an index, never counted, never skipped through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_
from sqlalchemy.orm import joinedload, load_only

from shared.db import reading
from shared.domain.lifecycle import State
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.unit import Unit
from shared.services import barrier, search
from shared.services.queries_portal import institutions

PAGE = 25
COUNTED = 1000
STILL_OPEN: ColumnElement[bool] = literal_column('"case".is_open')
"""Written as the index of open cases has it: SQLite wouldn't use that index for `is_open = 1`."""
PRESSING = ("overdue", "today")
VIEWS = ("open", "overdue", "today", *(str(s) for s in State), "all")
SHOWN = (
    Case.id,
    Case.version,
    Case.register_no,
    Case.summary,
    Case.respondent,
    Case.state,
    Case.is_open,
    Case.channel,
    Case.mode,
    Case.category,
    Case.severity,
    Case.received_at,
    Case.due_at,
    Case.due_provisional,
    Case.paused,
    Case.waiting,
    Case.round,
    Case.unit_id,
)


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
    """Cases in order, and the keys from which the neighbouring pages start."""

    cases: list[Case]
    previous: tuple[dt.datetime, int] | None
    next: tuple[dt.datetime, int] | None


def page(actor: Actor, asked: Asked, now: dt.datetime) -> Page:
    """One page of the office's queue, in one statement."""
    with reading() as session:
        where = [
            Case.institution_id == actor.institution_id,
            barrier.open_to(actor),
            *_view(asked.view, now, day_end(actor, now)),
            *_filters(asked),
        ]
        if asked.words:
            found = search.matches(session, asked.words)
            where += [found] if found is not None else []
        column = Case.received_at if asked.sort == "received" else Case.due_at
        backwards = asked.before is not None
        newest_first = (asked.sort == "received") != backwards
        key = asked.before or asked.after
        if key is not None:
            here = tuple_(column, Case.id)
            where.append(here < tuple_(*key) if newest_first else here > tuple_(*key))
        order = (column.desc(), Case.id.desc()) if newest_first else (column, Case.id)
        query = select(Case).where(*where).order_by(*order).limit(PAGE + 1)
        query = query.options(load_only(*SHOWN), joinedload(Case.unit).load_only(Unit.name))
        rows = list(session.scalars(query))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    first, last = (_key(asked, rows[0]), _key(asked, rows[-1]))
    has_previous = more if backwards else asked.after is not None
    has_next = True if backwards else more
    return Page(rows, first if has_previous else None, last if has_next else None)


def _key(asked: Asked, case: Case) -> tuple[dt.datetime, int]:
    return (case.received_at if asked.sort == "received" else case.due_at, case.id)


def _view(view: str, now: dt.datetime, tonight: dt.datetime) -> list[ColumnElement[bool]]:
    if view == "all":
        return []
    if view == "open":
        return [STILL_OPEN]
    if view == "overdue":
        return [STILL_OPEN, Case.due_at < now]
    if view == "today":
        return [STILL_OPEN, Case.due_at >= now, Case.due_at < tonight]
    return [Case.state == view]


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    chosen = {
        Case.category: asked.category,
        Case.channel: asked.channel,
        Case.mode: asked.mode,
        Case.severity: asked.severity,
    }
    where: list[ColumnElement[bool]] = [column == value for column, value in chosen.items() if value]
    return [*where, Case.unit_id == asked.unit] if asked.unit else where


def pressing(actor: Actor, now: dt.datetime) -> dict[str, int]:
    """How many are overdue and due today; counted to a thousand, by the index of open cases."""
    with reading() as session:
        tonight, own = day_end(actor, now), Case.institution_id == actor.institution_id
        asked = [
            select(func.count())
            .select_from(
                select(Case.id).where(own, barrier.open_to(actor), *_view(view, now, tonight)).limit(COUNTED).subquery()
            )
            .scalar_subquery()
            for view in PRESSING
        ]
        return dict(zip(PRESSING, session.execute(select(*asked)).one(), strict=True))


def place_of(actor: Actor) -> Institution:
    """The institution the person works for, as the process knows it."""
    return next(place for place in institutions() if place.id == actor.institution_id)


def day_end(actor: Actor, now: dt.datetime) -> dt.datetime:
    """When today ends where the person works."""
    here = ZoneInfo(place_of(actor).time_zone)
    tomorrow = now.astimezone(here).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), here).astimezone(dt.UTC)


def preview(actor: Actor, case_id: int) -> Case | None:
    """One case for the pane beside the list; None where it isn't the actor's to see."""
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
