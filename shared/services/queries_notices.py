"""What pages read about notices: those of a case, those that wait for a person; never an address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.visibility import Actor, at_home, need_sight
from shared.models.case import Case
from shared.models.notice import Digest, DigestLine, NoticeAct
from shared.models.outbox import Delivery, OutboxRow
from shared.models.person import Person
from shared.services import barrier

PAGE = 30
STATES = ("failed", "parked", "held")
WAITING: ColumnElement[bool] = literal_column("outbox.state in ('failed', 'parked', 'held')")
"""Written as the index of notices that wait for a person has it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a notice went to one of those it was for; `name` is empty for the citizen."""

    name: str
    channel: str
    state: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its fate: each recipient, what people did about it; `morning` where it waits for a digest."""

    row: OutboxRow
    register_no: str = ""
    case: Case | None = None
    ways: list[Way] = field(default_factory=list)
    acts: list[tuple[NoticeAct, str]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Where it stands, in the words of the page: a letter or a call by its own name."""
        if self.row.state == "replaced":
            return self.row.outcome
        waits = self.row.state == "sent" and any(w.state == "waits" for w in self.ways)
        return "waits" if waits and not any(w.state in {"sent", "delivered"} for w in self.ways) else self.row.state

    @property
    def to_citizen(self) -> bool:
        """Whether the citizen is meant."""
        return self.row.audience == "citizen"


def of_case(case_id: int, actor: Actor) -> list[Told]:
    """Every notice of a case, newest first; raises Refused('no_such_case')."""
    with reading() as session:
        case = barrier.case_for(session, case_id, actor)
        rows = session.scalars(select(OutboxRow).where(OutboxRow.case_id == case_id).order_by(OutboxRow.id.desc()))
        return _told(session, [(row, case) for row in rows])


def waiting(actor: Actor, state: str, reason: str = "", after: int = 0) -> tuple[list[Told], int | None]:
    """A page of notices that wait for a person, the oldest first, and where the next begins.

    Raises Refused('not_yours').
    """
    need_sight(actor, "undelivered")
    query = _open_to(actor).where(OutboxRow.state == state, OutboxRow.id > after)
    if reason:
        query = query.where(OutboxRow.outcome == reason)
    with reading() as session:
        rows = session.execute(query.order_by(OutboxRow.id).limit(PAGE + 1)).all()
        found = _told(session, [(row, case) for row, case in rows[:PAGE]])
    return found, rows[PAGE - 1][0].id if len(rows) > PAGE else None


def reasons(actor: Actor) -> dict[str, dict[str, int]]:
    """How many notices wait, by state and reason."""
    need_sight(actor, "undelivered")
    with reading() as session:
        return _reasons(session, actor)


def _reasons(session: Session, actor: Actor) -> dict[str, dict[str, int]]:
    counted = (
        select(OutboxRow.state, OutboxRow.outcome, func.count())
        .outerjoin(Case, Case.id == OutboxRow.case_id)
        .where(WAITING, OutboxRow.institution_id == actor.institution_id, _seen(actor))
        .group_by(OutboxRow.state, OutboxRow.outcome)
        .order_by(func.count().desc())
    )
    found: dict[str, dict[str, int]] = {state: {} for state in STATES}
    for state, outcome, n in session.execute(counted):
        found[state][outcome] = n
    return found


def one(outbox_id: int, actor: Actor) -> Told:
    """One notice; raises Refused('not_yours') or Refused('no_such_case')."""
    need_sight(actor, "undelivered")
    with reading() as session:
        row = session.execute(_open_to(actor, only_waiting=False).where(OutboxRow.id == outbox_id)).one_or_none()
        if row is None:
            raise Refused("no_such_case")
        return _told(session, [(row[0], row[1])])[0]


def parked(actor: Actor, after: int = 0) -> tuple[list[OutboxRow], int | None]:
    """Notices that our own program could not write, as the system administrator sees them: no case is named."""
    need_sight(actor, "parked")
    own = (WAITING, OutboxRow.institution_id == actor.institution_id, OutboxRow.state == "parked")
    with reading() as session:
        query = select(OutboxRow).where(*own, OutboxRow.id > after).order_by(OutboxRow.id).limit(PAGE + 1)
        rows = list(session.scalars(query))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def heaps_of(session: Session, actor: Actor, state: str, limit: int) -> list[tuple[OutboxRow, Case | None]]:
    """The oldest notices in one state, for the desk."""
    query = _open_to(actor).where(OutboxRow.state == state).order_by(OutboxRow.id).limit(limit)
    return [(row, case) for row, case in session.execute(query)]


def _open_to(actor: Actor, *, only_waiting: bool = True) -> Select[OutboxRow, Case | None]:
    query: Select[OutboxRow, Case | None] = select(OutboxRow, Case).outerjoin(Case, Case.id == OutboxRow.case_id)
    query = query.where(OutboxRow.institution_id == at_home(actor).institution_id, _seen(actor))
    return query.where(WAITING) if only_waiting else query


def _seen(actor: Actor) -> ColumnElement[bool]:
    return or_(OutboxRow.case_id.is_(None), barrier.open_to(actor))


def _told(session: Session, rows: list[tuple[OutboxRow, Case | None]]) -> list[Told]:
    """The rows with what became of them, in three statements."""
    found = {row.id: Told(row, case.register_no if case is not None else "", case) for row, case in rows}
    if not found:
        return []
    letters = select(Delivery, Person.name).outerjoin(Person, Person.id == Delivery.person_id)
    for letter, name in session.execute(letters.where(Delivery.outbox_id.in_(found)).order_by(Delivery.id)):
        ways = found[letter.outbox_id].ways
        ways.append(Way(name or "", letter.channel, letter.state, letter.reason, letter.at))
    for outbox_id, way in _in_digests(session, found):
        found[outbox_id].ways.append(way)
    acts = select(NoticeAct, Person.name).outerjoin(Person, Person.id == NoticeAct.by_id)
    for act, name in session.execute(acts.where(NoticeAct.outbox_id.in_(found)).order_by(NoticeAct.id)):
        found[act.outbox_id].acts.append((act, name or ""))
    return list(found.values())


def _in_digests(session: Session, found: dict[int, Told]) -> list[tuple[int, Way]]:
    letter = aliased(OutboxRow)
    query = (
        select(DigestLine.outbox_id, Person.name, letter)
        .join(Digest, Digest.id == DigestLine.digest_id)
        .join(Person, Person.id == Digest.person_id)
        .join(letter, letter.id == Digest.outbox_id)
        .where(DigestLine.outbox_id.in_(found))
        .order_by(Person.id)
    )
    return [
        (
            i,
            Way(
                name,
                "email",
                "waits" if row.state == "queued" else row.state,
                row.outcome,
                row.done_at or row.not_before,
            ),
        )
        for i, name, row in session.execute(query)
    ]
