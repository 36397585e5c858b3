"""Everything the staff pages about one case read, in a handful of statements however long its story is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain import lifecycle
from shared.domain.calendar import Calendar
from shared.domain.clocks import Clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State, Step
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, may_see_case, roles_on
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.complainant import Complainant
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.slip import CoHandling, Reply, Slip
from shared.models.unit import HANDLING, OFFICE, Unit
from shared.services import barrier, cases, search
from shared.services.calendars import calendar
from shared.services.case_fields import DRAFT, newest
from shared.services.queries_papers import Paper, papers_of
from shared.services.regimes import regime_of

SIMILAR_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its whole file, as the supervising office sees it."""

    case: Case
    institution: Institution
    regime: Regime
    calendar: Calendar
    roles: frozenset[Role]
    known: bool
    """Somebody's sealed name or contact exists."""
    notify: str
    events: list[tuple[Event, str]]
    papers: list[Paper]
    slips: list[Slip]
    helps: list[CoHandling]
    replies: list[Reply]
    files: list[Attachment]
    units: dict[int, Unit]
    people: dict[int, str]
    bars: list[CaseBar] = field(default_factory=list)
    """Who is barred from the case, because it complains about them."""
    clocks: list[Clock] = field(default_factory=list)

    def of(self, kind: str) -> list[Paper]:
        """The papers of a kind, oldest first."""
        return [p for p in self.papers if p.kind == kind]

    @property
    def filled(self) -> dict[str, str]:
        """What was filled in for the rule book's own fields, the newest by code."""
        return newest(p.text for p in self.of("field") if p.code != DRAFT)

    @property
    def begun(self) -> dict[str, str]:
        """The same with what somebody has only begun to fill in."""
        return newest(p.text for p in self.of("field"))

    def unit_name(self, unit_id: int | None) -> str:
        """The unit's name, '' where there is none."""
        return self.units[unit_id].name if unit_id in self.units else ""

    @property
    def barred_units(self) -> set[int]:
        """The units that are neither offered nor told the case."""
        return {b.unit_id for b in self.bars if b.unit_id is not None}

    def check(self, action: str) -> Step:
        """The step, if it is lawful here and now for the reader; raises Refused('not_now') or Refused('not_yours')."""
        return lifecycle.step_of(action, State(self.case.state), self.roles, self.regime.routes)

    def may(self, action: str) -> bool:
        """Whether the step is lawful here and now for the reader."""
        try:
            self.check(action)
        except Refused:
            return False
        return True

    def last_reply(self, *states: str) -> Reply | None:
        """The newest reply or opinion in one of these states."""
        return next((r for r in reversed(self.replies) if r.state in states), None)

    def running(self, limit_ids: Iterable[str]) -> Clock | None:
        """The running clock of one of these limits."""
        wanted = set(limit_ids)
        return next((c for c in self.clocks if c.limit.id in wanted and c.stopped_at is None), None)


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case that tells of much the same."""

    id: int
    register_no: str
    summary: str
    respondent: str
    state: str
    received_at: dt.datetime


def case_view(case_id: int, actor: Actor, now: dt.datetime) -> CaseView:
    """The case with its file; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        row = session.execute(
            select(Case, Institution, Complainant.case_id, Complainant.notify, Person)
            .join(Institution, Institution.id == Case.institution_id)
            .outerjoin(Complainant, Complainant.case_id == Case.id)
            .outerjoin(Person, Person.id == Case.handler_id)
            .where(Case.id == case_id, barrier.open_to(actor))
        ).one_or_none()
        if row is None or not may_see_case(actor, row[0].institution_id):
            raise Refused("no_such_case")
        found: Case = row[0]
        events = events_of(session, Event.case_id == case_id)
        slips, helps = _slips(session, case_id)
        people = {e.actor_id: name for e, name in events if e.actor_id is not None}
        if row[4] is not None:
            people[row[4].id] = row[4].name
        return CaseView(
            case=found,
            institution=row[1],
            regime=regime_of(session, found.regime_version_id),
            calendar=calendar(session),
            roles=roles_on(actor, found.institution_id, ()),
            known=row[2] is not None,
            notify=row[3] or "none",
            events=events,
            papers=papers_of(session, case_id),
            slips=slips,
            helps=helps,
            replies=list(session.scalars(select(Reply).where(Reply.case_id == case_id).order_by(Reply.id))),
            files=list(
                session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id))
            ),
            units=units_of(session, found.institution_id),
            people=people,
            bars=list(session.scalars(select(CaseBar).where(CaseBar.case_id == case_id).order_by(CaseBar.id))),
            clocks=cases.run_clocks(session, found, [e for e, _ in events], now),
        )


def events_of(session: Session, *conditions: Any) -> list[tuple[Event, str]]:
    """Events with the name of whoever acted, oldest first."""
    query = select(Event, Person.name).outerjoin(Person, Person.id == Event.actor_id).where(*conditions)
    return [(e, name or "") for e, name in session.execute(query.order_by(Event.seq))]


def units_of(session: Session, institution_id: int) -> dict[int, Unit]:
    """Every unit of the institution, by its number."""
    return {
        u.id: u for u in session.scalars(select(Unit).where(Unit.institution_id == institution_id).order_by(Unit.id))
    }


def handling(units: dict[int, Unit], barred: Container[int] = ()) -> list[Unit]:
    """The units to which a slip can be issued, without those that the complaint is about."""
    return [u for u in units.values() if u.kind == HANDLING and u.active and u.id not in barred]


def giving(units: dict[int, Unit]) -> list[Unit]:
    """The units from which evidence can be asked."""
    return [u for u in units.values() if u.kind != OFFICE and u.active]


def investigators(institution_id: int, bars: Iterable[CaseBar] = ()) -> list[tuple[int, str]]:
    """Who can be named to investigate, without those that the complaint is about."""
    barred = list(bars)
    people = {b.person_id for b in barred if b.person_id is not None}
    inside = select(Grant.person_id).where(Grant.unit_id.in_({b.unit_id for b in barred if b.unit_id is not None}))
    with reading() as session:
        query = (
            select(Person.id, Person.name)
            .join(Grant, Grant.person_id == Person.id)
            .where(Person.institution_id == institution_id, Person.active, Grant.role == str(Role.INVESTIGATOR))
            .where(Person.id.not_in(people), Person.id.not_in(inside))
            .distinct()
            .order_by(Person.id)
        )
        return [(i, name) for i, name in session.execute(query)]


def similar(case_id: int, actor: Actor) -> list[Alike]:
    """The cases that share most with this one, the likest first; raises Refused('no_such_case')."""
    with reading() as session:
        this = barrier.case_for(session, case_id, actor)
        ids = search.similar(session, this)
        mine = set(search.grams(f"{this.respondent}\n{this.story}"))
        rows = session.scalars(select(Case).where(Case.id.in_(ids), barrier.open_to(actor))).all() if ids else []
        ranked = sorted(((_share(mine, c), c) for c in rows), key=lambda pair: (-pair[0], -pair[1].id))
        return [
            Alike(c.id, c.register_no, c.summary, c.respondent, c.state, c.received_at)
            for share, c in ranked[:SIMILAR_SHOWN]
            if share > 0.15  # below, two texts merely share everyday words
        ]


def _share(mine: set[str], other: Case) -> float:
    theirs = set(search.grams(f"{other.respondent}\n{other.story}"))
    return len(mine & theirs) / (len(mine | theirs) or 1)


def _slips(session: Session, case_id: int) -> tuple[list[Slip], list[CoHandling]]:
    query = select(Slip, CoHandling).outerjoin(CoHandling, CoHandling.slip_id == Slip.id).where(Slip.case_id == case_id)
    rows = session.execute(query.order_by(Slip.id, CoHandling.id)).all()
    return list({s.id: s for s, _ in rows}.values()), [h for _, h in rows if h is not None]


def _files(session: Session, case_id: int) -> list[Attachment]:
    return list(session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)))
