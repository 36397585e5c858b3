"""Approval chains of any length: who decides next, when it is through, which step waits for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.lifecycle import OFFICE_ROLES, UNIT_ROLES, Role, Route
from shared.domain.regimes import Regime
from shared.domain.regimes.handling import Approval, Approver
from shared.domain.visibility import Actor


class Verdict(StrEnum):
    """What one level says; UP hands it on with an opinion, for the next level to decide."""

    YES = "yes"
    NO = "no"
    UP = "up"


class Standing(StrEnum):
    """How a request stands."""

    ASKED = "asked"
    THROUGH = "through"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Level:
    """One level: the rule book's roles of which any may decide, and what the level is called there."""

    roles: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The levels in their order and how they go together.

    `all`: each says yes in turn. `any`: one of them is enough. `up`: each decides or hands it on (R20.03).
    """

    levels: tuple[Level, ...]
    way: str = "all"


Said = tuple[int, Verdict]
"""Which level said what; in the order in which they said it."""

OWN: dict[str, tuple[Role, frozenset[Route]]] = {
    "reply": (Role.UNIT_HEAD, frozenset({Route.TRANSFER})),
    "assignment": (Role.DIRECTOR, frozenset({Route.TRANSFER})),
    "opinion": (Role.GOV_LEADER, frozenset({Route.INVESTIGATE})),
    "extension": (Role.GOV_LEADER, frozenset({Route.INVESTIGATE})),
}
"""What a step of its own decides already (R2.11, R5.07, R5.08), where one level is asked."""
ELSEWHERE = frozenset({"penalty", "appeal", "plan", "capa", "return", "publication"})
"""What is decided on the pages of its own feature."""
GUARDS: dict[str, tuple[str, ...]] = {
    "accept": ("acceptance",),
    "transfer": ("transfer",),
    "ask_transfer": ("transfer",),
    "extend": ("extension",),
    "answer_at_once": ("decision", "answer"),
    "feed_back": ("decision", "report", "reply", "answer"),
    "answer_directly": ("decision", "report", "reply", "answer"),
    "close": ("close",),
}
"""Which step waits for the approval of what."""
BY_HAND = frozenset({"decision", "suggestion", "opinion", "severity", "refusal", "assignment"})
"""Asked for only where the rule book binds it to a class, or where somebody thinks it necessary."""


def waiting(chain: Chain, said: Sequence[Said]) -> tuple[int, ...]:
    """The levels that may decide now, counted from 0; none when it is over."""
    if standing(chain, said) is not Standing.ASKED:
        return ()
    return tuple(range(len(chain.levels))) if chain.way == "any" else (len(said),)


def standing(chain: Chain, said: Sequence[Said]) -> Standing:
    """How a request stands after these words; any no sends it back."""
    verdicts = [verdict for _level, verdict in said]
    if Verdict.NO in verdicts:
        return Standing.DECLINED
    wanted = len(chain.levels) if chain.way == "all" else 1
    return Standing.THROUGH if verdicts.count(Verdict.YES) >= wanted else Standing.ASKED


def verdicts(chain: Chain, level: int) -> tuple[Verdict, ...]:
    """What this level may say; the last one has nobody to hand it on to."""
    up = chain.way == "up" and level + 1 < len(chain.levels)
    return (Verdict.YES, Verdict.UP, Verdict.NO) if up else (Verdict.YES, Verdict.NO)


def chain_of(rule: Approval) -> Chain:
    """The chain that a rule book's table describes."""
    levels = tuple(Level((one.role, *one.also), one.name) for one in rule.chain)
    return Chain(levels, "any" if rule.one_is_enough else "up" if rule.up else "all")


def own(book: Regime, rule: Approval) -> bool:
    """Whether the product has a step of its own for it: one level whose role takes that step."""
    role, routes = OWN.get(rule.of, (Role.SYSTEM, frozenset[Route]()))
    return len(rule.chain) == 1 and bool(routes & set(book.routes)) and role in roles_of(book, rule.chain[0].role)


def reviewers(book: Regime, of: str, classes: Collection[str]) -> tuple[str, ...]:
    """The posts that take the product's own step for this subject on a case of these classes (R9.13).

    None are named where whoever holds the role may take it.
    """
    rules = [one for one in book.approvals if one.of == of and own(book, one)]
    exact = next((one for one in rules if one.when and one.when in classes), None)
    rule = exact or next((one for one in rules if not one.when), None)
    if rule is not None:
        return (rule.chain[0].role, *rule.chain[0].also)
    return (book.extension.approver,) if of == "extension" and book.extension.approver else ()


def reviews(book: Regime, of: str, classes: Collection[str], actor: Actor) -> bool:
    """Whether the actor holds a post that the rule book names for it, or one that nobody has named."""
    posts = reviewers(book, of, classes)
    return not posts or bool(fits(book, posts, actor, ()))


def of_book(book: Regime) -> list[Approval]:
    """Every chain that is laid on the page of a case."""
    listed = [one for one in book.approvals if one.of not in ELSEWHERE and not own(book, one)]
    named = {"acceptance": book.acceptance, "transfer": book.transfer}
    for of, table in named.items():
        if table is not None and table.approver and not any(one.of == of for one in listed):
            listed.append(Approval(of=of, chain=[Approver(role=table.approver)], row=table.row, quote=table.quote))
    return listed


def rule_for(book: Regime, of: str, classes: Collection[str] = ()) -> Approval | None:
    """The chain for a subject, that of one of these classes or triggers before the one for all."""
    found = [one for one in of_book(book) if one.of == of]
    exact = next((one for one in found if one.when and one.when in classes), None)
    return exact or next((one for one in found if not one.when), None)


def required(book: Regime, of: str, classes: Collection[str]) -> Approval | None:
    """The chain without which the steps it guards may not be taken; None where nobody need be asked."""
    rule = rule_for(book, of, classes)
    return None if rule is None or (not rule.when and of in BY_HAND) else rule


def subjects(book: Regime, classes: Collection[str]) -> list[Approval]:
    """What can be laid for approval on a case of these classes, one chain for each subject."""
    found = {one.of: rule_for(book, one.of, classes) for one in of_book(book)}
    return [rule for rule in found.values() if rule is not None]


def missing(book: Regime, action: str, classes: Collection[str], stands: dict[str, str]) -> str:
    """The subject whose approval this step still waits for, '' where none is.

    `stands` says how the newest request of each subject stands in this round.
    """
    for of in GUARDS.get(action, ()):
        state = stands.get(of, "")
        if state != Standing.THROUGH and (state or required(book, of, classes)):
            return of
    return ""


def roles_of(book: Regime, code: str) -> tuple[Role, ...]:
    """The product's roles in which whoever has this post of the rule book acts."""
    found = next((one.roles for one in book.roles if one.code == code), None)
    if found is None:
        found = (Role(code),) if code in set(Role) else ()
    return found


def acts_in(book: Regime, code: str) -> Role | None:
    """The role in which whoever has this post is told things, one of the office's where there is one."""
    found = roles_of(book, code)
    return next((role for role in found if role in OFFICE_ROLES), next(iter(found), None))


def fits(book: Regime, codes: Iterable[str], actor: Actor, units: Collection[int]) -> str:
    """The post among these in which the actor may decide, '' where it is not theirs.

    A role whose post nobody has named stands for every post of that role; a unit's counts in these units alone.
    """
    for code in codes:
        wanted = roles_of(book, code)
        for held in actor.held:
            near = held.role not in UNIT_ROLES or held.unit_id in units
            if near and held.role in wanted and held.post in ("", code):
                return code
    return ""
