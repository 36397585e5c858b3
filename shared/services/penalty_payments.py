"""How an approved penalty is told and paid: parts, the notice, what came in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import clocks, ledger, sums
from shared.domain.clocks import Happened
from shared.domain.errors import Refused
from shared.domain.ledger import OFFICE, OWED, Part, PenaltyState
from shared.domain.lifecycle import Role
from shared.domain.numbering import paper_no
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.models.penalty import Instalment, Penalty
from shared.models.person import Grant, Person
from shared.services import cases, counters
from shared.services.calendars import calendar
from shared.services.ledger import Line, lock, note, tell_people

SPEAKS_FOR = frozenset({Role.SIGNER, Role.DIRECTOR, Role.UNIT_HEAD})
"""Who is told of what a unit has to bear, and speaks for it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is paid: under a month's cap from this bonus (R13.15), or in so many agreed parts (R3.12)."""

    first: dt.date
    bonus: Decimal | None = None
    parts: int = 1


def arrange(penalty_id: int, actor: Actor, now: dt.datetime, plan: Plan, *, version: int | None = None) -> None:
    """Lays down the parts before the notice goes out; doing it again replaces them.

    Raises Refused('past_day', field='first'), Refused('missing', field='bonus'), and as `ledger.capped` and `agreed`.
    """
    with work() as session:
        line = lock(session, penalty_id, actor, "arrange", version)
        may = _proposers(line)
        row, rule = line.row, line.rule
        today = now.astimezone(cases.zone(session, row.institution_id)).date()
        if plan.first < today.replace(day=1) or (plan.first - today).days > 366:
            raise Refused("past_day" if plan.first < today else "too_far", field="first", days=366)
        if rule.cap_share is not None:
            if plan.bonus is None:
                raise Refused("missing", field="bonus")
            if not 0 <= plan.bonus <= sums.MOST:
                raise Refused("bad_amount", field="bonus")
            parts = ledger.capped(rule, row.amount, plan.bonus, plan.first, _taken(session, line))
            row.basis = {**row.basis, "bonus": str(plan.bonus)}
        else:
            parts = ledger.agreed(rule, row.amount, plan.parts, plan.first)
        _write(session, row, parts)
        note(session, line, "penalty_arranged", actor, now, min(may))


def notify(penalty_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """Gives the notice out: it gets its number, whom it concerns is told, the time to pay begins (R24.05).

    Raises Refused('no_plan') where a month's cap has to be reckoned with first.
    """
    with work() as session:
        line = lock(session, penalty_id, actor, "notify", version)
        may, row = _proposers(line), line.row
        planned = session.scalar(select(Instalment.id).where(Instalment.penalty_id == row.id).limit(1))
        if row.amount and not planned:
            if line.rule.cap_share is not None:
                raise Refused("no_plan")
            _write(session, row, [(_due(session, line, now), row.amount)])
        due = select(Instalment.due_day).where(Instalment.penalty_id == row.id).order_by(Instalment.due_day)
        row.due_day = session.scalars(due.limit(1)).first()
        row.number, row.noticed_at = _number(session, row, now), now
        row.state = str(PenaltyState.NOTICED)
        note(session, line, "penalty_noticed", actor, now, min(may))
        tell_people(session, row, "penalty_noticed", concerned(session, row), now)


def pay(penalty_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """The next part came in; with the last one, or with a sanction carried out, the line is settled."""
    with work() as session:
        line = lock(session, penalty_id, actor, "pay", version)
        may = OFFICE & line.held
        if not may:
            raise Refused("not_yours", action="pay_penalty")
        row = line.row
        open_ones = parts_of(session, row.id, unpaid=True)
        if open_ones:
            open_ones[0].paid_at, open_ones[0].taken_by = now, actor.person_id
        if len(open_ones) <= 1:
            row.state, row.paid_at = str(PenaltyState.PAID), now
        note(session, line, _paid(session, row), actor, now, min(may))


def _paid(session: Session, row: Penalty) -> str:
    """Whether nothing of the case is owed any more: only then the limit ends."""
    session.flush()
    others = select(Penalty.id).where(Penalty.case_id == row.case_id, Penalty.state == str(PenaltyState.NOTICED))
    return "penalty_part_paid" if session.scalar(others.limit(1)) else "penalty_paid"


def parts_of(session: Session, penalty_id: int, *, unpaid: bool = False) -> list[Instalment]:
    """The parts in order."""
    query = select(Instalment).where(Instalment.penalty_id == penalty_id).order_by(Instalment.no)
    return list(session.scalars(query.where(Instalment.paid_at.is_(None)) if unpaid else query))


def concerned(session: Session, row: Penalty) -> list[int]:
    """The person, or who speaks for the unit."""
    if row.person_id:
        return [row.person_id]
    heads = select(Grant.person_id).where(Grant.unit_id == row.unit_id, Grant.role.in_([str(r) for r in SPEAKS_FOR]))
    query = select(Person.id).where(Person.id.in_(heads), Person.active).order_by(Person.id)
    return list(session.scalars(query))


def _proposers(line: Line) -> frozenset[Role]:
    may = ledger.levels(line.book, line.rule)[0] & line.held
    if not may:
        raise Refused("not_yours", action="notify_penalty")
    return may


def _write(session: Session, row: Penalty, parts: list[Part]) -> None:
    session.execute(delete(Instalment).where(Instalment.penalty_id == row.id))
    for n, (day, amount) in enumerate(parts, 1):
        session.add(Instalment(penalty_id=row.id, no=n, due_day=day, amount=amount))
    session.flush()


def _taken(session: Session, line: Line) -> list[Part]:
    """What other penalties of the same person already take of the months' bonus (R13.15: 该月份超过50%以上者)."""
    codes = [one.code for one in line.book.penalties if one.cap_of == line.rule.cap_of]
    query = (
        select(Instalment.due_day, Instalment.amount)
        .join(Penalty, Penalty.id == Instalment.penalty_id)
        .where(
            Penalty.institution_id == line.row.institution_id,
            Penalty.person_id == line.row.person_id,
            Penalty.unit_id == line.row.unit_id if line.row.person_id is None else Penalty.id > 0,
            Penalty.id != line.row.id,
            Penalty.rule.in_(codes),
            Penalty.state.in_([str(s) for s in OWED]),
        )
    )
    return [(day, amount) for day, amount in session.execute(query)]


def _due(session: Session, line: Line, now: dt.datetime) -> dt.date:
    """By the rule's limit (R24.05), else with the month's wages."""
    zone = cases.zone(session, line.row.institution_id)
    limits = [one for one in line.book.clock_limits if one.id == line.rule.limit]
    begun = [Happened(1, "penalty_noticed", now)]
    book = line.book
    running = clocks.run(
        limits,
        begun,
        calendar(session),
        zone=zone,
        hours=book.hours,
        default_severity=book.default_severity,
        now=now,
    )
    return running[0].due_day if running else ledger.month_end(now.astimezone(zone).date())


def _number(session: Session, row: Penalty, now: dt.datetime) -> str:
    place = session.get_one(Institution, row.institution_id)
    year = now.astimezone(cases.zone(session, place.id)).year
    n = counters.next_no(session, place.id, f"penalty:{year}")
    return paper_no(f"{place.register_prefix.removesuffix('投')}罚", year, n)
