"""What follows from the facts of a case: class, who is told, who decides, flags, plans (R23.04, R9.10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import Condition, Trigger

COMPUTED = frozenset({"overdue", "dissatisfied"})
"""What the product sees by itself: a limit has passed, the complainant has rated."""
MONEY = frozenset({"cost"})
MOST = Decimal(10) ** 12
"""A larger number is a slip of the pen."""
OPERATIONS = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}
Found = Mapping[str, str]
"""Facts as an event keeps them: codes, each with a number, or `yes` where it is simply so."""
YES = "yes"


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows; codes of the rule book, in its order, each once."""

    severity: str = ""
    tell: tuple[str, ...] = ()
    decide: tuple[tuple[str, str, str], ...] = ()
    """Subject, role, and the trigger that asks for it."""
    flags: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    track: tuple[str, ...] = ()
    bypass: bool = False
    """Nobody decides, hands on or assigns before the superior is named (R18.06)."""
    escalate: bool = False
    penalties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """Somebody keeps an eye on a case until it ends: because of which trigger, on which track, in which post."""

    cause: str
    what: str = ""
    """A track of its own (R25.05: green); '' where there is none."""
    post: str = ""
    """The rule book's role; '' for the office itself."""


def holds(condition: Condition, found: Found) -> bool:
    """Whether the condition is met; bounds are inclusive where the rule book says so (R23.04: 以上)."""
    value = found.get(condition.fact, "")
    if not value:
        return False
    if condition.op == "is":
        return not condition.value or value == condition.value
    return bool(OPERATIONS[condition.op](Decimal(value), Decimal(condition.value)))


def fired(book: Regime, found: Found) -> list[Trigger]:
    """The triggers of which any condition is met."""
    return [one for one in book.triggers if any(holds(condition, found) for condition in one.when)]


def by_class(book: Regime, severity: str) -> list[Trigger]:
    """The triggers that lead to this class: what follows from them holds, too, where a person has set the class."""
    wanted = ("severity", severity)
    return [one for one in book.triggers if severity and any((e.do, e.what) == wanted for e in one.then)]


def standing(told: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The facts that hold after what was recorded, oldest first: a person's record takes the place of all before it."""
    known: dict[str, str] = {}
    for facts in told:
        found = facts.get("found", {})
        known = dict(found) if facts.get("recorded") else known | found
    return known


def tracks(triggers: Iterable[Trigger]) -> list[Track]:
    """Who keeps an eye on a case to which these triggers apply (R15.08, R25.05), each once."""
    found = (Track(one.code, e.what, e.role) for one in triggers for e in one.then if e.do == "track")
    return list(dict.fromkeys(found))


def is_tracked(book: Regime) -> bool:
    """Whether the rule book has any case tracked."""
    return bool(tracks(book.triggers))


def bypasses(book: Regime, found: Found) -> bool:
    """Whether the facts say that the complaint is about the complainant's own superior (R10.01, R18.06)."""
    return effects(book, fired(book, found)).bypass


def asked(book: Regime) -> dict[str, str]:
    """The facts that staff record, each with its kind: yes, number or money."""
    facts: dict[str, str] = {}
    for one in book.triggers:
        for condition in one.when:
            if condition.fact not in COMPUTED:
                number = "money" if condition.fact in MONEY else "number"
                facts[condition.fact] = "yes" if condition.op == "is" else number
    return facts


def checked(book: Regime, told: Mapping[str, object]) -> dict[str, str]:
    """The facts in the form that is kept; raises Refused('bad_number', field) for what is no sensible number."""
    kept: dict[str, str] = {}
    for fact, kind in asked(book).items():
        value = told.get(fact)
        if kind == "yes":
            kept |= {fact: YES} if value else {}
        elif value not in (None, ""):
            kept[fact] = _number(fact, value, kind)
    return kept


def _number(fact: str, value: object, kind: str) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise Refused("bad_number", field=fact) from error
    places = Decimal("0.01") if kind == "money" else Decimal(1)
    if not number.is_finite() or not 0 <= number < MOST or number != number.quantize(places):
        raise Refused("bad_number", field=fact)
    return str(number.quantize(places))


def effects(book: Regime, triggers: Iterable[Trigger]) -> Effects:
    """What the triggers lead to together; of several classes the last in the rule book's order."""
    found: dict[str, list[str]] = {}
    decide: dict[tuple[str, str, str], None] = {}
    for one in triggers:
        for effect in one.then:
            if effect.do == "decide":
                decide[effect.what or "decision", effect.role, one.code] = None
            found.setdefault(effect.do, []).append(effect.what or effect.role or "yes")
            if effect.do == "tell":
                found["tell"][-1] = effect.role
    each = {do: tuple(dict.fromkeys(what)) for do, what in found.items()}
    return Effects(
        severity=highest(book, each.get("severity", ())),
        tell=each.get("tell", ()),
        decide=tuple(decide),
        flags=each.get("flag", ()),
        plans=each.get("plan", ()),
        track=each.get("track", ()),
        bypass="bypass" in each,
        escalate="escalate" in each,
        penalties=each.get("penalty", ()),
    )


def highest(book: Regime, classes: Collection[str]) -> str:
    """The gravest of these classes, '' for none: rule books list them from the lightest."""
    order = {one.code: n for n, one in enumerate(book.severities)}
    return max((one for one in classes if one in order), key=order.__getitem__, default="")


def lighter(book: Regime, given: str, least: str) -> bool:
    """Whether a class is lighter than the facts allow."""
    return bool(least) and highest(book, [given, least]) != given
