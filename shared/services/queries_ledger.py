"""What the pages of the ledger read: lists with totals, one line with its approvals and parts, a person's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from shared.db import reading
from shared.domain import ledger
from shared.domain.errors import Refused
from shared.domain.ledger import OFFICE, STANDS, PenaltyState
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import SEEN_BY, Actor, roles_on
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.penalty import Instalment, Penalty, PenaltyYes
from shared.models.person import Person
from shared.models.unit import Unit
from shared.services import barrier
from shared.services.penalty_payments import SPEAKS_FOR
from shared.services.regimes import regime_of

SHOWN = 50
MOST = 200
"""So many lines are looked at for whose turn it is."""
TOLD = (*STANDS, PenaltyState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as lists show it."""

    row: Penalty
    rule: PenaltyRule
    person: str
    unit: str
    register_no: str

    @property
    def whom(self) -> str:
        """The person, or else the unit."""
        return self.person or self.unit

    @property
    def item(self) -> str:
        """The item of the rule, in words."""
        return next((one.name for one in self.rule.items if one.code == self.row.item), "")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger: lines, totals by state, whether older ones follow."""

    entries: list[Entry]
    totals: dict[str, tuple[int, Decimal]]
    more: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """One line with everything that its page shows; `acts` are the steps that the reader may take now."""

    entry: Entry
    book: Regime
    institution: Institution
    parts: list[Instalment]
    yeses: list[PenaltyYes]
    people: dict[int, str]
    acts: list[str] = field(default_factory=list)
    may: dict[str, bool] = field(default_factory=dict)
    """The same whatever the line's state is: whose steps they are."""

    @property
    def paid(self) -> Decimal:
        """What has come in."""
        return sum((one.amount for one in self.parts if one.paid_at), Decimal("0.00"))

    @property
    def hears(self) -> str:
        """The title of whoever hears an objection; '' where the rule gives none."""
        found = next((a for a in self.book.appeals if a.who == "staff" and a.code == self.entry.rule.appeal), None)
        return (self.book.name_of("roles", found.to) or found.to) if found is not None else ""

    @property
    def levels(self) -> list[str]:
        """The titles of those who approve, in order."""
        chain = self.book.approval("penalty", self.entry.rule.code)
        if chain is not None and len(chain.chain) > 1:
            return [self.book.name_of("roles", level.role) for level in chain.chain[1:]]
        last = chain.chain[0].role if chain is not None else self.entry.rule.approver
        return [self.book.name_of("roles", last or str(Role.CHIEF))]


def page(
    actor: Actor, *, state: str = "", unit_id: int = 0, month: tuple[int, int] | None = None, before: int = 0
) -> Page:
    """The institution's ledger, newest first, without what a complaint about the reader led to."""
    where = [Penalty.institution_id == actor.institution_id, _open_to(actor)]
    where += [Penalty.state == state] if state in set(PenaltyState) else []
    where += [Penalty.unit_id == unit_id] if unit_id else []
    with reading() as session:
        where += [_in_month(session, actor, month)] if month else []
        sums = select(Penalty.state, func.count(), func.sum(Penalty.amount, type_=Penalty.amount.type))
        sums = sums.outerjoin(Case, Case.id == Penalty.case_id)
        totals = {s: (n, total) for s, n, total in session.execute(sums.where(*where).group_by(Penalty.state))}
        query = _entries().where(*where, *([Penalty.id < before] if before else []))
        found = _read(session, query.order_by(Penalty.id.desc()).limit(SHOWN + 1))
        return Page(found[:SHOWN], totals, len(found) > SHOWN)


def _in_month(session: Session, actor: Actor, month: tuple[int, int]) -> ColumnElement[bool]:
    zone = ZoneInfo(session.get_one(Institution, actor.institution_id).time_zone)
    first = dt.date(month[0], month[1], 1)
    after = ledger.months_on(first, 1)
    at = [dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in (first, after)]
    return and_(Penalty.proposed_at >= at[0], Penalty.proposed_at < at[1])


def of_case(case_id: int, actor: Actor) -> list[Entry]:
    """The lines of a case, oldest first; whether the case is the reader's to see has been asked before."""
    with reading() as session:
        return _read(session, _entries().where(Penalty.case_id == case_id, _open_to(actor)).order_by(Penalty.id))


def mine(actor: Actor) -> list[Entry]:
    """What the reader, or a unit that the reader speaks for, has been told of, newest first."""
    with reading() as session:
        return _read(session, _entries().where(_concerns(actor)).order_by(Penalty.id.desc()).limit(SHOWN))


def published(actor: Actor, since: dt.datetime) -> list[Entry]:
    """What stands and is made known inside the organisation (R13.16, R24.01): names never leave it."""
    stands = Penalty.state.in_([str(s) for s in STANDS])
    where = [Penalty.institution_id == actor.institution_id, stands, Penalty.noticed_at >= since]
    with reading() as session:
        found = _read(
            session, _entries().where(*where).order_by(Penalty.noticed_at.desc(), Penalty.id.desc()).limit(200)
        )
    return [one for one in found if one.rule.also or one.rule.kind == "sanction"]


def waiting(session: Session, actor: Actor) -> dict[str, list[Entry]]:
    """Lines whose next step is the actor's, oldest first, by the step: two statements, however many there are."""
    held = roles_on(actor, actor.institution_id or 0, ())
    if not held & SEEN_BY["ledger"]:
        return {}
    steps = {"approve": PenaltyState.PROPOSED, "notify": PenaltyState.APPROVED, "uphold": PenaltyState.APPEALED}
    of_state = Penalty.state.in_([str(s) for s in steps.values()])
    where = Penalty.institution_id == actor.institution_id, _open_to(actor), of_state
    found = _read(session, _entries().where(*where).order_by(Penalty.id).limit(MOST))
    ids = [one.row.id for one in found]
    said = list(session.scalars(select(PenaltyYes).where(PenaltyYes.penalty_id.in_(ids)))) if ids else []
    turns: dict[str, list[Entry]] = {step: [] for step in steps}
    for one in found:
        book, yeses = regime_of(session, one.row.regime_version_id), [y for y in said if y.penalty_id == one.row.id]
        may = _may(book, one, yeses, actor, held)
        for step, state in steps.items():
            if one.row.state == state and may[step]:
                turns[step].append(one)
    return turns


def line(penalty_id: int, actor: Actor) -> LineView:
    """A line for the office; raises Refused('no_such_case') where it isn't the reader's to see."""
    with reading() as session:
        found = _one(session, penalty_id, _open_to(actor))
        row = found.row
        held = roles_on(actor, row.institution_id, ())
        if not held & SEEN_BY["ledger"]:
            raise Refused("no_such_case" if actor.institution_id != row.institution_id or not held else "not_yours")
        return _view(session, found, actor, held)


def own_line(penalty_id: int, actor: Actor) -> LineView:
    """A line for whom it concerns; nothing of the case or the complainant is read."""
    with reading() as session:
        return _view(session, _one(session, penalty_id, _concerns(actor)), actor, frozenset())


def _view(session: Session, found: Entry, actor: Actor, held: frozenset[Role]) -> LineView:
    row = found.row
    yeses = list(session.scalars(select(PenaltyYes).where(PenaltyYes.penalty_id == row.id).order_by(PenaltyYes.level)))
    parts = list(session.scalars(select(Instalment).where(Instalment.penalty_id == row.id).order_by(Instalment.no)))
    ids = {row.proposed_by, row.declined_by, row.appealed_by, row.answered_by, *(y.by_id for y in yeses)}
    ids |= {part.taken_by for part in parts}
    people = session.execute(select(Person.id, Person.name).where(Person.id.in_({i for i in ids if i is not None})))
    book, place = regime_of(session, row.regime_version_id), session.get_one(Institution, row.institution_id)
    may = _may(book, found, yeses, actor, held) if held else {"appeal": _may_appeal(book, found)}
    acts = [step for step, allowed in may.items() if allowed and row.state in ledger.STEPS[step]]
    return LineView(found, book, place, parts, yeses, {i: name for i, name in people}, acts, may)


def _may(book: Regime, found: Entry, yeses: list[PenaltyYes], actor: Actor, held: frozenset[Role]) -> dict[str, bool]:
    """Whose step each is; the service asks the same rules again."""
    row, chain = found.row, ledger.levels(book, found.rule)
    about_self = any(h.unit_id == row.unit_id for h in actor.held)
    turn = ledger.turn(book, found.rule, min(len(yeses) + 1, len(chain) - 1), actor, held)
    said = {row.proposed_by, *(y.by_id for y in yeses)}
    parts = found.rule.instalments or found.rule.cap_share is not None
    may = {
        "approve": bool(turn) and actor.person_id not in said,
        "decline": bool(turn) and actor.person_id not in said,
        "arrange": bool(chain[0] & held) and row.amount > 0 and parts,
        "notify": bool(chain[0] & held),
        "pay": bool(OFFICE & held),
        "uphold": bool((ledger.hearers(book, found.rule) or frozenset()) & held) and actor.person_id != row.proposed_by,
    }
    return {step: allowed and not about_self for step, allowed in may.items()}


def _may_appeal(book: Regime, found: Entry) -> bool:
    heard = ledger.hearers(book, found.rule) is not None and found.row.case_id is not None
    return heard and found.row.appealed_at is None


def _entries() -> Select[Penalty, str, str, str]:
    unit = aliased(Unit)
    return (
        select(
            Penalty, func.coalesce(Person.name, ""), func.coalesce(unit.name, ""), func.coalesce(Case.register_no, "")
        )
        .outerjoin(Person, Person.id == Penalty.person_id)
        .outerjoin(unit, unit.id == Penalty.unit_id)
        .outerjoin(Case, Case.id == Penalty.case_id)
    )


def _read(session: Session, query: Select[Penalty, str, str, str]) -> list[Entry]:
    rows = session.execute(query).all()
    books = {i: regime_of(session, i) for i in {r.regime_version_id for r, *_ in rows}}
    return [
        Entry(row, ledger.rule_of(books[row.regime_version_id], row.rule), person, unit, number)
        for row, person, unit, number in rows
    ]


def _one(session: Session, penalty_id: int, *where: ColumnElement[bool]) -> Entry:
    found = _read(session, _entries().where(Penalty.id == penalty_id, *where))
    if not found:
        raise Refused("no_such_case")
    return found[0]


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Not about the reader, and not from a case that is kept from the reader."""
    others = or_(Penalty.person_id.is_(None), Penalty.person_id != actor.person_id)
    return and_(others, or_(Case.id.is_(None), barrier.open_to(actor)))


def _concerns(actor: Actor) -> ColumnElement[bool]:
    units: Iterable[int] = actor.units_as(*SPEAKS_FOR)
    about = or_(
        Penalty.person_id == actor.person_id, and_(Penalty.person_id.is_(None), Penalty.unit_id.in_(list(units)))
    )
    return and_(Penalty.institution_id == actor.institution_id, about, Penalty.state.in_([str(s) for s in TOLD]))
