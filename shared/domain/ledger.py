"""The accountability ledger: who proposes, approves and hears, what an amount is made of, what may happen when.

A penalty without every yes that its rule book asks for is told to nobody and paid by nobody (R13.12).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.domain import approvals, penalties
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.regimes.base import money
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import Actor

MOST_PARTS = 36
OFFICE = frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF})
"""Who proposes where the rule book names nobody."""
HEADS = frozenset({Role.CHIEF, Role.GOV_LEADER})
"""Who approves and hears where the rule book names nobody."""


class PenaltyState(StrEnum):
    """Where a line of the ledger stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    NOTICED = "noticed"
    PAID = "paid"
    APPEALED = "appealed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


_P = PenaltyState
STEPS: dict[str, frozenset[PenaltyState]] = {
    "approve": frozenset({_P.PROPOSED}),
    "decline": frozenset({_P.PROPOSED}),
    "arrange": frozenset({_P.APPROVED}),
    "notify": frozenset({_P.APPROVED}),
    "pay": frozenset({_P.NOTICED}),
    "appeal": frozenset({_P.NOTICED, _P.PAID}),
    "uphold": frozenset({_P.APPEALED}),
    "cancel": frozenset({_P.APPEALED}),
}
"""What may be done with a line, and in which states."""
STANDS = frozenset({_P.NOTICED, _P.PAID, _P.APPEALED})
"""Told to whom it concerns and not taken back."""
OWED = frozenset({_P.APPROVED, _P.NOTICED, _P.APPEALED, _P.PAID})
"""What counts against a month's cap."""


def check(step: str, state: str) -> None:
    """Raises Refused('not_now') where the line doesn't stand where the step begins."""
    if state not in STEPS[step]:
        raise Refused("not_now", action=step, state=state)


def rule_of(book: Regime, code: str) -> PenaltyRule:
    """The rule; raises Refused('missing', field='rule') where the rule book has none of that code."""
    found = next((one for one in book.penalties if one.code == code), None)
    if found is None:
        raise Refused("missing", field="rule")
    return found


def roles_of(book: Regime, code: str) -> frozenset[Role]:
    """The product's roles behind a role of the rule book."""
    return frozenset(next((one.roles for one in book.roles if one.code == code), ()))


def posts(book: Regime, rule: PenaltyRule) -> list[str]:
    """Who proposes, and who says yes one after the other: the chain for penalties, or the rule's own approver.

    They are posts of the rule book, '' where it names nobody.
    """
    chain = book.approval("penalty", rule.code)
    named = [level.role for level in chain.chain] if chain is not None else [rule.approver]
    return named if len(named) > 1 else ["", *named]


def levels(book: Regime, rule: PenaltyRule) -> list[frozenset[Role]]:
    """The product's roles behind these posts: the office proposes and its heads agree where nobody is named."""
    first, *others = posts(book, rule)
    return [roles_of(book, first) if first else OFFICE, *(roles_of(book, one) or HEADS for one in others)]


def turn(book: Regime, rule: PenaltyRule, level: int, actor: Actor, held: frozenset[Role]) -> frozenset[Role]:
    """The roles in which the actor may say the word of this level; none where it is another's.

    Of several posts that act in one role only the one that is meant, as in any chain (decision 0021).
    """
    post = posts(book, rule)[level]
    meant = not roles_of(book, post) or approvals.fits(book, [post], actor, ())
    return levels(book, rule)[level] & held if meant else frozenset()


def hearers(book: Regime, rule: PenaltyRule) -> frozenset[Role] | None:
    """Who hears whoever is punished (R3.09); None where the rule gives no appeal."""
    found = next((one for one in book.appeals if one.who == "staff" and one.code == rule.appeal), None)
    return (roles_of(book, found.to) or HEADS) if found is not None else None


def finders(book: Regime, code: str) -> frozenset[Role]:
    """Who decides whose fault it was: whom the rule book names for decisions, else the office (R24.03)."""
    found = book.approval("decision", code)
    return roles_of(book, found.chain[-1].role) if found is not None else OFFICE


GROUNDS = {"exposed": "deemed_true"}
"""R24.04: who was in the media is fined once the term for a word in public is over and nothing was said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case when a penalty is proposed: findings that hold, events, whether something is late."""

    findings: frozenset[str]
    events: frozenset[str]
    overdue: bool = False
    dissatisfied: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """Facts of triggers that the case itself shows."""
        shown = {"overdue": self.overdue, "dissatisfied": self.dissatisfied}
        shown["coordination"] = bool({"filed_upward", "settled_failed"} & self.events)
        return frozenset(name for name, holds in shown.items() if holds)


def called_for(book: Regime, rule: PenaltyRule, standing: Standing) -> bool:
    """Whether a penalty may be proposed: what the rule wants to have happened has, or it wants nothing special."""
    on_something = rule.on in {*GROUNDS, *_triggers(book, rule), *(one.code for one in book.attributions)}
    return demanded(book, rule, standing) or not on_something


def demanded(book: Regime, rule: PenaltyRule, standing: Standing) -> bool:
    """Whether what the rule wants to have happened has happened: a finding, an event, or a trigger of the rule book."""
    if any(standing.facts & facts for facts in _triggers(book, rule).values()):
        return True
    if rule.on in {one.code for one in book.attributions}:
        return rule.on in standing.findings
    return rule.on in GROUNDS and GROUNDS[rule.on] in standing.events


def _triggers(book: Regime, rule: PenaltyRule) -> dict[str, set[str]]:
    """The triggers that call for it, each with the facts that it asks about."""
    return {
        one.code: {c.fact for c in one.when}
        for one in book.triggers
        if one.code == rule.on or any(e.do == "penalty" and e.what == rule.code for e in one.then)
    }


def month_end(day: dt.date) -> dt.date:
    """The last day of that month: wages are paid then (R13.12)."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


Part = tuple[dt.date, Decimal]


def capped(rule: PenaltyRule, fine: Decimal, bonus: Decimal, first: dt.date, taken: Iterable[Part]) -> list[Part]:
    """R13.15: at the end of each month no more than the share of the bonus, together with what others take of it.

    Raises Refused('nothing_to_take', field='bonus').
    """
    months: dict[dt.date, Decimal] = {}
    for day, amount in taken:
        months[month_end(day)] = months.get(month_end(day), Decimal(0)) + amount
    ends = [month_end(months_on(first.replace(day=1), n)) for n in range(120)]
    most = penalties.by_share(bonus, money(rule.cap_share or "1.0"))
    if most <= 0:
        raise Refused("nothing_to_take", field="bonus")
    try:
        parts = penalties.under_cap(fine, most, [months.get(end, Decimal(0)) for end in ends])
    except ValueError:
        raise Refused("nothing_to_take", field="bonus") from None
    return [(end, part) for end, part in zip(ends, parts, strict=False) if part > 0]


def agreed(rule: PenaltyRule, fine: Decimal, parts: int, first: dt.date) -> list[Part]:
    """R3.12: so many parts, a month apart, from the day that was agreed; raises Refused('bad_parts', field='parts')."""
    if not 1 <= parts <= MOST_PARTS or fine.scaleb(2) < parts:
        raise Refused("bad_parts", field="parts", most=MOST_PARTS)
    if not rule.instalments and parts > 1:
        raise Refused("bad_parts", field="parts", most=1)
    return [(months_on(first, n), part) for n, part in enumerate(penalties.equal_parts(fine, parts))]
