"""What a penalty comes to by its rule, and the sum as it is written down; which numbers it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.domain import penalties
from shared.domain.errors import Refused
from shared.domain.regimes.base import money
from shared.domain.regimes.records import PenaltyRule

MOST = Decimal("999999999.99")


def asks(rule: PenaltyRule) -> tuple[str, ...]:
    """The numbers that have to be stated; the last ones may be left out where `optional` says so."""
    of_kind = {
        "bands": ("loss",),
        "points": ("loss", "all_points", "own_points"),
        "share_of": ("base",),
        "per_other_shop": ("shops",),
    }
    return (*of_kind.get(rule.kind, ()), *optional(rule))


def optional(rule: PenaltyRule) -> tuple[str, ...]:
    """The numbers that may be stated: what was paid out and comes back, an amount that another rule sets (R24.11)."""
    return ("recovered",) if rule.recovers else ("amount",) if rule.kind == "sanction" and not rule.items else ()


@dataclass(frozen=True, slots=True)
class Sum:
    """What a penalty comes to, and the sum as it is written down."""

    amount: Decimal
    formula: str


def work_out(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    """The amount by the rule; raises Refused('missing' | 'bad_amount', field=…)."""
    for name in asks(rule):
        value = basis.get(name)
        if value is None and name not in optional(rule):
            raise Refused("missing", field=name)
        if value is not None and not 0 <= value <= MOST:
            raise Refused("bad_amount", field=name)
    _sound(rule, basis)
    found = _BY_KIND[rule.kind](rule, basis)
    back = basis.get("recovered") or Decimal(0)
    if back:
        total = found.amount + penalties.rounded(back)
        found = Sum(total, f"{found.formula}; {shown(found.amount)} + {shown(back)} = {shown(total)}")
    if found.amount > MOST:
        raise Refused("bad_amount", field=asks(rule)[0])
    return found


def _sound(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> None:
    if rule.kind == "points":
        if basis["all_points"] <= 0:
            raise Refused("bad_amount", field="all_points")
        if basis["own_points"] > basis["all_points"]:
            raise Refused("more_than_all", field="own_points")
    if rule.kind == "per_other_shop" and (basis["shops"] < 1 or basis["shops"] % 1 or basis["shops"] > 100_000):
        raise Refused("bad_amount", field="shops")


def _fixed(rule: PenaltyRule, _basis: Mapping[str, Decimal]) -> Sum:
    amount = money(rule.amount or "0.00")
    return Sum(amount, shown(amount))


def _bands(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    bands = [(money(b.up_to) if b.up_to else None, money(b.share)) for b in rule.bands]
    total, floor, parts = penalties.by_bands(basis["loss"], bands), Decimal(0), list[str]()
    for end, share in bands:
        part = (basis["loss"] if end is None else min(basis["loss"], end)) - floor
        if part > 0:
            parts.append(f"{shown(part)} × {percent(share)}")
            floor += part
    return Sum(total, f"{' + '.join(parts)} = {shown(total)}" if parts else shown(total))


def _points(_rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    loss, whole, own = basis["loss"], basis["all_points"], basis["own_points"]
    total = penalties.by_points(loss, whole, own)
    return Sum(total, f"{shown(loss)} ÷ {plain(whole)} × {plain(own)} = {shown(total)}")


def _share(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    share = money(rule.share or "0.0")
    total = penalties.by_share(basis["base"], share)
    return Sum(total, f"{shown(basis['base'])} × {percent(share)} = {shown(total)}")


def _others(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    each, shops = money(rule.amount or "0.00"), int(basis["shops"])
    total = penalties.per_other(each, shops)
    return Sum(total, f"{shown(each)} × ({shops} − 1) = {shown(total)}")


def _rank(rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    place = int(basis.get("rank") or 0)
    if not 1 <= place <= len(rule.ranks):
        raise Refused("missing", field="rank")
    amount = money(rule.ranks[place - 1])
    return Sum(amount, shown(amount))


def _sanction(_rule: PenaltyRule, basis: Mapping[str, Decimal]) -> Sum:
    amount = penalties.rounded(basis.get("amount") or Decimal(0))
    return Sum(amount, shown(amount) if amount else "")


_BY_KIND = {
    "fixed": _fixed,
    "fee": _fixed,
    "bands": _bands,
    "points": _points,
    "share_of": _share,
    "per_other_shop": _others,
    "ranking": _rank,
    "sanction": _sanction,
}


def shown(amount: Decimal) -> str:
    """An amount as it is written: 12,000.00."""
    return f"{penalties.rounded(amount):,.2f}"


def plain(number: Decimal) -> str:
    """A number without the zeros behind its point."""
    return f"{number.normalize():f}"


def percent(share: Decimal) -> str:
    """A share as it is written: 20%."""
    return f"{plain(share * 100)}%"
