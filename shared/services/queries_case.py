"""Everything the staff pages about one case read, in a handful of statements however long its story is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Date, Integer, String, Text, case, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from shared.db import UtcDateTime, reading
from shared.domain import clocks, lifecycle
from shared.domain.calendar import Calendar
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State, Step
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, may_see_case, roles_on
from shared.models.answer import Answer, Decision, Note
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.event import Event
from shared.models.extension import Extension
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.question import Question
from shared.models.rating import Rating
from shared.models.slip import CoHandling, EvidenceRequest, Reply, Slip
from shared.models.unit import HANDLING, OFFICE, Unit
from shared.services import cases, search
from shared.services.calendars import calendar
from shared.services.regimes import regime_of

SIMILAR_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the file; what `code`, `more` and `rest` hold is said where each kind is read, below."""

    kind: str
    id: int
    at: dt.datetime
    by_id: int | None
    code: str
    text: str
    more: str
    rest: str
    day: dt.date | None
    until: dt.date | None
    then: dt.datetime | None
    unit_id: int | None
    round: int | None


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
    clocks: list[clocks.Clock] = field(default_factory=list)

    def of(self, kind: str) -> list[Paper]:
        """The papers of a kind, oldest first."""
        return [p for p in self.papers if p.kind == kind]

    def unit_name(self, unit_id: int | None) -> str:
        """The unit's name, '' where there is none."""
        return self.units[unit_id].name if unit_id in self.units else ""

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

    def running(self, limit_ids: Iterable[str]) -> clocks.Clock | None:
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
            .where(Case.id == case_id)
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
            papers=_papers(session, case_id),
            slips=slips,
            helps=helps,
            replies=list(session.scalars(select(Reply).where(Reply.case_id == case_id).order_by(Reply.id))),
            files=list(
                session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id))
            ),
            units=units_of(session, found.institution_id),
            people=people,
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


def handling(units: dict[int, Unit]) -> list[Unit]:
    """The units to which a slip can be issued."""
    return [u for u in units.values() if u.kind == HANDLING and u.active]


def giving(units: dict[int, Unit]) -> list[Unit]:
    """The units from which evidence can be asked."""
    return [u for u in units.values() if u.kind != OFFICE and u.active]


def investigators(institution_id: int) -> list[tuple[int, str]]:
    """Who can be named to investigate."""
    with reading() as session:
        query = (
            select(Person.id, Person.name)
            .join(Grant, Grant.person_id == Person.id)
            .where(Person.institution_id == institution_id, Person.active, Grant.role == str(Role.INVESTIGATOR))
            .distinct()
            .order_by(Person.id)
        )
        return [(i, name) for i, name in session.execute(query)]


def similar(case_id: int, actor: Actor) -> list[Alike]:
    """The cases that share most with this one, the likest first; raises Refused('no_such_case')."""
    with reading() as session:
        this = session.get(Case, case_id)
        if this is None or not may_see_case(actor, this.institution_id):
            raise Refused("no_such_case")
        ids = search.similar(session, this)
        mine = set(search.grams(f"{this.respondent}\n{this.story}"))
        rows = session.scalars(select(Case).where(Case.id.in_(ids))).all() if ids else []
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


_NO_TEXT, _NO_ID = literal("", String()), cast(null(), Integer)
_NO_DAY, _NO_TIME = cast(null(), Date), cast(null(), UtcDateTime())


def _part(kind: str, table: Any, at: Any, **given: Any) -> Any:
    """One kind of paper in the columns that all kinds share."""
    blank: dict[str, Any] = {
        "by_id": _NO_ID,
        "code": _NO_TEXT,
        "text": _NO_TEXT,
        "more": _NO_TEXT,
        "rest": _NO_TEXT,
        "day": _NO_DAY,
        "until": _NO_DAY,
        "then": _NO_TIME,
        "unit_id": _NO_ID,
        "round": _NO_ID,
    }
    columns = {**blank, **given}
    head = [literal(kind, String()).label("kind"), table.id.label("id"), at.label("at")]
    return select(*head, *(cast(c, Text).label(k) if k in _TEXTS else c.label(k) for k, c in columns.items()))


_TEXTS = {"code", "text", "more", "rest"}


def _papers(session: Session, case_id: int) -> list[Paper]:
    """Decisions, questions, answers, ratings, notes, extensions and evidence, in one statement."""
    d, q, a, r, n, x, e = Decision, Question, Answer, Rating, Note, Extension, EvidenceRequest
    fate = case((q.answered_at.is_not(None), "answered"), (q.lapsed_at.is_not(None), "lapsed"), else_="open")
    parts = [
        _part("decision", d, d.at, by_id=d.by_id, code=d.kind, text=d.reason, more=d.basis, rest=d.redirect),
        _part(
            "question",
            q,
            q.asked_at,
            by_id=q.asked_by,
            code=fate,
            text=q.text,
            more=q.answer,
            day=q.due_day,
            then=q.answered_at,
        ),
        _part(
            "answer",
            a,
            a.at,
            by_id=a.by_id,
            code=a.means,
            text=a.text,
            more=a.record,
            rest=a.satisfaction,
            unit_id=a.by_unit_id,
            round=a.round,
        ),
        _part("rating", r, r.at, code=r.level, text=r.comment, more=r.rehandle, rest=r.by, round=r.round),
        _part("note", n, n.at, by_id=n.by_id, text=n.text),
        _part(
            "extension",
            x,
            x.asked_at,
            by_id=x.asked_by,
            code=x.state,
            text=x.reason,
            more=x.comment,
            rest=x.limit_id,
            day=x.old_day,
            until=x.new_day,
            then=x.decided_at,
        ),
        _part(
            "evidence",
            e,
            e.asked_at,
            by_id=e.asked_by,
            text=e.wanted,
            more=e.given,
            day=e.due_day,
            then=e.given_at,
            unit_id=e.unit_id,
        ),
    ]
    tables = (d, q, a, r, n, x, e)
    query = union_all(*(p.where(t.case_id == case_id) for p, t in zip(parts, tables, strict=True)))
    rows = [Paper(*row) for row in session.execute(query)]
    return sorted(rows, key=lambda p: (p.at, p.kind, p.id))
