"""The sequences of a year with every number accounted for, and what is known of one that is missing (R1.04, R6.04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused, needs
from shared.domain.numbering import Stretch, accounted, number_in
from shared.domain.visibility import Actor, need, need_sight
from shared.models.case import Case
from shared.models.corrective import CorrectiveAction
from shared.models.counter import Counter
from shared.models.erasure import Certificate, Erasure
from shared.models.institution import Institution
from shared.models.number_gap import NumberGap
from shared.models.slip import Slip
from shared.services import barrier

SERIES: dict[str, tuple[Any, Any]] = {
    "register": (Case.register_no, Case.received_at),
    "slip": (Slip.number, Slip.issued_at),
    "action": (CorrectiveAction.number, CorrectiveAction.ordered_at),
}
"""Each sequence: the number and when it was given."""
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One sequence of a year: how many were given, and how every one of them fared."""

    series: str
    last: int
    stretches: list[Stretch]

    @property
    def missing(self) -> list[int]:
        """Numbers that nobody has explained yet."""
        return [n for s in self.stretches if s.fate == "missing" for n in range(s.first, s.last + 1)]


def of_year(actor: Actor, year: int) -> list[Sequence]:
    """The sequences of a year; raises Refused('not_yours')."""
    need_sight(actor, "numbers")
    with reading() as session:
        return sequences(session, actor.institution_id or 0, year, actor)


def sequences(session: Session, institution_id: int, year: int, actor: Actor | None = None) -> list[Sequence]:
    """The sequences of a year. No row says more than its number: a case that is kept from the reader counts as kept."""
    return [_sequence(session, institution_id, year, series, actor) for series in SERIES]


def explain(actor: Actor, now: dt.datetime, *, series: str, year: int, n: int, reason: str) -> None:
    """Writes down why a number has no record, once; the sequence itself never changes.

    Raises Refused('not_yours'), Refused('not_a_gap'), Refused('explained_before'), Refused('missing', field='reason').
    """
    need(actor, "explain_number")
    needs(reason=reason)
    if series not in SERIES:
        raise Refused("not_a_gap")
    with work() as session:
        session.get_one(Institution, actor.institution_id, with_for_update=True)
        found = _sequence(session, actor.institution_id or 0, year, series, actor)
        if any(s.fate == "explained" and s.first <= n <= s.last for s in found.stretches):
            raise Refused("explained_before")
        if n not in found.missing:
            raise Refused("not_a_gap")
        gap = NumberGap(institution_id=actor.institution_id or 0, series=series, year=year, n=n, at=now)
        gap.reason, gap.by_id = reason.strip(), actor.person_id or 0
        session.add(gap)


def _sequence(session: Session, institution_id: int, year: int, series: str, actor: Actor | None) -> Sequence:
    number, at = SERIES[series]
    zone = ZoneInfo(session.get_one(Institution, institution_id).time_zone)
    first, after = (dt.datetime(y, 1, 1, tzinfo=zone).astimezone(dt.UTC) for y in (year, year + 1))
    here = number.class_.institution_id == institution_id, at >= first - ONE_DAY, at < after + ONE_DAY
    given = {n for text in session.scalars(select(number).where(*here)) if (n := number_in(text, year)) is not None}
    key = Counter.institution_id == institution_id, Counter.key == f"{series}:{year}"
    last = session.scalar(select(Counter.n).where(*key)) or 0
    gaps = select(NumberGap.n, NumberGap.reason).where(
        NumberGap.institution_id == institution_id, NumberGap.series == series, NumberGap.year == year
    )
    explained = {n: reason for n, reason in session.execute(gaps)}
    erased = _erased(session, institution_id, year, actor) if series == "register" else {}
    return Sequence(series, last, accounted(last, given, erased, explained))


def _erased(session: Session, institution_id: int, year: int, actor: Actor | None) -> Mapping[int, str]:
    """Cases whose content was erased, with the paper that says so."""
    query = (
        select(Case.register_no, Certificate.number)
        .join(Erasure, Erasure.case_id == Case.id)
        .join(Certificate, Certificate.id == Erasure.certificate_id)
        .where(Case.institution_id == institution_id, Erasure.part == "content")
    )
    if actor is not None:
        query = query.where(barrier.open_to(actor))
    rows = session.execute(query)
    return {n: paper for text, paper in rows if (n := number_in(text, year)) is not None}
