"""The year's complaints by unit, without those found to be malicious, and the penalties of the first ones (R24.07)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import ledger, penalties, sums
from shared.domain.errors import Refused
from shared.domain.ledger import PenaltyState
from shared.domain.lifecycle import SlipState, State
from shared.domain.regimes import Regime
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import Actor, roles_on
from shared.models.case import Case
from shared.models.finding import Finding
from shared.models.institution import Institution
from shared.models.penalty import Penalty, PenaltyYes
from shared.models.slip import Slip
from shared.models.unit import HANDLING, Unit
from shared.services import barrier, findings
from shared.services.ledger import tell_next
from shared.services.regimes import regime_of

NOT_COUNTED = (str(State.REFUSED), str(State.REFERRED), str(State.WITHDRAWN))
NOT_HELD = (str(SlipState.RETURNED), str(SlipState.WITHDRAWN), str(SlipState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its number of complaints; `place` 0 is none of those that pay."""

    unit_id: int
    unit: str
    count: int
    place: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Ranking:
    """The year as it stands."""

    year: int
    rule: PenaltyRule
    places: list[Place]
    may: bool
    """Whether the reader proposes."""
    proposed: bool


def of_year(actor: Actor, year: int) -> Ranking:
    """The units of the year, most complaints first; raises Refused('no_such_case') where no rule ranks them."""
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        book, rule = _rule(session, place)
        counts = _counts(session, actor, place, book, year)
        first = penalties.ranked(counts, len(rule.ranks))
        units = select(Unit.id, Unit.name).where(Unit.institution_id == place.id, Unit.kind == HANDLING)
        rows = [
            Place(i, name, counts.get(i, 0), first.index(i) + 1 if i in first else 0, _amount(rule, first, i))
            for i, name in session.execute(units)
        ]
        may = bool(ledger.levels(book, rule)[0] & roles_on(actor, place.id, ()))
        rows.sort(key=lambda one: (-one.count, one.unit_id))
        return Ranking(year, rule, rows, may, bool(_standing(session, place.id, rule, year)))


def propose(actor: Actor, now: dt.datetime, year: int) -> list[int]:
    """One line for each of the first ones, once a year; raises Refused('ranked_before'), Refused('not_yours')."""
    with work() as session:
        place = session.scalars(
            select(Institution).where(Institution.id == actor.institution_id).with_for_update()
        ).one()
        book, rule = _rule(session, place)
        if not ledger.levels(book, rule)[0] & roles_on(actor, place.id, ()):
            raise Refused("not_yours", action="propose_penalty")
        if year >= now.astimezone(ZoneInfo(place.time_zone)).year + 1 or _standing(session, place.id, rule, year):
            raise Refused("ranked_before")
        counts = _counts(session, actor, place, book, year)
        rows = []
        for n, unit_id in enumerate(penalties.ranked(counts, len(rule.ranks)), 1):
            findings.apart(actor, person_id=None, unit_id=unit_id)
            row = _row(session, place, rule, unit_id, year)
            rank, count = Decimal(n), Decimal(counts[unit_id])
            found = sums.work_out(rule, {"rank": rank})
            row.amount, row.formula, row.basis = found.amount, found.formula, {"rank": str(rank), "count": str(count)}
            row.state, row.proposed_by, row.proposed_at = str(PenaltyState.PROPOSED), actor.person_id or 0, now
            rows.append(row)
        session.flush()
        for row in rows:
            tell_next(session, row, book, rule, 1, now)
        return [row.id for row in rows]


def _rule(session: Session, place: Institution) -> tuple[Regime, PenaltyRule]:
    book = regime_of(session, place.regime_version_id)
    rule = next((one for one in book.penalties if one.kind == "ranking"), None)
    if rule is None:
        raise Refused("no_such_case")
    return book, rule


def _amount(rule: PenaltyRule, first: list[int], unit_id: int) -> Decimal:
    return Decimal(rule.ranks[first.index(unit_id)]) if unit_id in first else Decimal(0)


def _standing(session: Session, institution_id: int, rule: PenaltyRule, year: int) -> list[Penalty]:
    """What has been proposed for the year and was not declined."""
    query = select(Penalty).where(
        Penalty.institution_id == institution_id,
        Penalty.rule == rule.code,
        Penalty.period == str(year),
        Penalty.state != str(PenaltyState.DECLINED),
    )
    return list(session.scalars(query))


def _row(session: Session, place: Institution, rule: PenaltyRule, unit_id: int, year: int) -> Penalty:
    """The unit's line of the year: a new one, or the one that was declined before."""
    old = session.scalar(
        select(Penalty).where(
            Penalty.institution_id == place.id,
            Penalty.rule == rule.code,
            Penalty.period == str(year),
            Penalty.unit_id == unit_id,
        )
    )
    if old is not None:  # what was said of it then doesn't count any more
        session.execute(delete(PenaltyYes).where(PenaltyYes.penalty_id == old.id))
        old.comment, old.declined_by = "", None
        return old
    row = Penalty(institution_id=place.id, regime_version_id=place.regime_version_id, rule=rule.code, unit_id=unit_id)
    row.period = str(year)
    session.add(row)
    return row


def _counts(session: Session, actor: Actor, place: Institution, book: Regime, year: int) -> dict[int, int]:
    """Complaints of the year that each unit had in hand, each case once for each unit."""
    zone = ZoneInfo(place.time_zone)
    begins, ends = (dt.datetime(y, 1, 1, tzinfo=zone).astimezone(dt.UTC) for y in (year, year + 1))
    here = [Case.institution_id == place.id, Case.received_at >= begins, Case.received_at < ends]
    spared = {one.code for one in book.attributions if not one.counts}
    found = session.scalars(select(Finding).join(Case, Case.id == Finding.case_id).where(*here)).all()
    by_case: dict[int, list[Finding]] = {}
    for one in found:
        by_case.setdefault(one.case_id, []).append(one)
    malicious = [i for i, rows in by_case.items() if {f.code for f in findings.holding(rows)} & spared]
    query = (
        select(Slip.unit_id, func.count(Case.id.distinct()))
        .join(Case, Case.id == Slip.case_id)
        .where(*here, Case.state.not_in(NOT_COUNTED), Slip.state.not_in(NOT_HELD), barrier.open_to(actor))
        .where(Case.id.not_in(malicious))
        .group_by(Slip.unit_id)
    )
    return {unit_id: n for unit_id, n in session.execute(query)}
