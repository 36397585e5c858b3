"""Who is held to account in the demo: findings, penalties at every stage, supervision, as told in ledger.toml."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import Any

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast, Hours, Pace
from shared.domain import ledger as rules
from shared.domain.lifecycle import Role, State
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.services import findings, ledger, penalty_payments, staff_appeals, supervisions
from shared.services.ledger import Proposal
from shared.services.penalty_payments import Plan
from shared.services.supervisions import Order

ONE_AFTER_THE_OTHER = (Role.INTAKE, Role.DISPATCHER, Role.ARCHIVIST, Role.CHIEF, Role.GOV_LEADER)
TOLD = frozenset({"noticed", "paid", "appealed", "upheld", "cancelled"})
HEARD = {"upheld": "情况已经核对，维持原来的决定。", "cancelled": "情况属实，原来的决定撤销。"}


@dataclass(frozen=True, slots=True)
class Fine:
    """A line of the ledger as it is told: whose fault, by which rule, how far it has come."""

    whom: str
    """unit, or the role of the person in that unit."""
    case: int = -1
    finding: str = ""
    found: str = ""
    rule: str = ""
    item: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)
    bonus: str = ""
    parts: int = 1
    paid: int = 0
    reason: str = ""
    say: str = ""
    till: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """A supervision as it is told; without an answer it waits for the unit, without an end for whoever raised it."""

    whom: str
    case: int
    misconduct: str
    wanted: str
    answer: str = ""
    end: str = ""
    founded: bool = False


@dataclass(slots=True)
class About:
    """The case and the unit that it is about, and when the next thing happens."""

    case_id: int
    unit: str
    pace: Pace


def fill(cast: Cast, hours: Hours, now: dt.datetime) -> None:
    """Every line that is told of this institution."""
    told: dict[str, dict[str, list[Any]]] = tomllib.loads(
        resources.files(__package__).joinpath("ledger.toml").read_text("utf-8")
    )
    code = cast.regime.code
    for raw in told["penalties"].get(code, []):
        fine = Fine(**raw)
        if (about := _about(cast, hours, fine.case, now)) is not None:
            _held(cast, fine, about)
    for raw in told["supervisions"].get(code, []):
        watched = Watched(**raw)
        if (about := _about(cast, hours, watched.case, now)) is not None:
            _supervised(cast, watched, about)


def _about(cast: Cast, hours: Hours, case: int, now: dt.datetime) -> About | None:
    """The case that is meant, or the one that was closed last."""
    names = {i: code for code, i in cast.units.items()}
    with reading() as session:
        query = select(Case.id, Case.unit_id).where(Case.institution_id == cast.institution_id)
        over = Case.state == str(State.CLOSED), Case.closed_at.is_not(None), Case.unit_id.is_not(None)
        query = query.where(Case.id == cast.filed[case]) if case >= 0 else query.where(*over)
        found = session.execute(query.order_by(Case.closed_at.desc()).limit(1)).first()
        session.rollback()
    if found is None:
        return None
    rng = random.Random(f"{cast.regime.code}:{case}:ledger")  # noqa: S311  made-up lives, no secrets
    return About(found.id, names[found.unit_id or 0], Pace.after(found.id, hours, rng, now))


def holder(cast: Cast, roles: frozenset[Role], post: str = "", but: tuple[int | None, ...] = ()) -> Actor:
    """Whoever holds one of the roles, in the rule book's own post where somebody does, and had no say before."""
    found = [a for role in ONE_AFTER_THE_OTHER if role in roles for a in cast.everybody(role)]
    free = [a for a in found if a.person_id not in but]
    return next((a for a in free if post in {h.post for h in a.held}), free[0])


def _whom(cast: Cast, whom: str, about: About) -> dict[str, int | None]:
    if whom == "unit":
        return {"unit_id": cast.units[about.unit]}
    return {"person_id": cast.who(Role(whom), about.unit).person_id}


def _held(cast: Cast, fine: Fine, about: About) -> None:
    book, whom = cast.regime, _whom(cast, fine.whom, about)
    if fine.finding:
        of_unit = next(one for one in book.attributions if one.code == fine.finding).subject == "unit"
        who = holder(cast, rules.finders(book, fine.finding))
        subject = _whom(cast, "unit" if of_unit else fine.whom, about)
        findings.find(about.case_id, who, about.pace.next(), code=fine.finding, reason=fine.found, **subject)
    if not fine.rule:
        return
    rule = rules.rule_of(book, fine.rule)
    chain = book.approval("penalty", fine.rule)
    posts = [one.role for one in chain.chain] if chain else [rule.approver]
    posts = posts if len(posts) > 1 else ["", *posts]
    said: list[Actor] = []
    for roles, post in zip(rules.levels(book, rule), posts, strict=True):
        said.append(holder(cast, roles, post, (whom.get("person_id"), *(a.person_id for a in said))))
    basis = {name: Decimal(number) for name, number in fine.basis.items()}
    given = Proposal(fine.rule, fine.reason, item=fine.item, basis=basis, **whom)
    penalty = ledger.propose(about.case_id, said[0], about.pace.next(), given)
    if fine.till == "declined":
        ledger.decline(penalty, said[1], about.pace.next(), comment=fine.say)
    elif fine.till != "proposed":
        for actor in said[1:]:
            ledger.approve(penalty, actor, about.pace.next(0))
        _settled(cast, fine, about, penalty, said)


def _settled(cast: Cast, fine: Fine, about: About, penalty: int, said: list[Actor]) -> None:
    """What comes after the last yes: the parts, the notice, what came in, the objection and its answer."""
    pace = about.pace
    if fine.bonus or fine.parts > 1:
        at = pace.next(0)
        bonus = Decimal(fine.bonus) if fine.bonus else None
        penalty_payments.arrange(penalty, said[0], at, Plan(at.date(), bonus, fine.parts))
    if fine.till not in TOLD:
        return
    penalty_payments.notify(penalty, said[0], pace.next(0))
    for _ in range(fine.paid):
        penalty_payments.pay(penalty, holder(cast, rules.OFFICE), pace.next())
    if fine.say:
        mine = cast.who(Role.SIGNER if fine.whom == "unit" else Role(fine.whom), about.unit)
        staff_appeals.appeal(penalty, mine, pace.next(), text=fine.say)
    if fine.till in HEARD:
        rule = rules.rule_of(cast.regime, fine.rule)
        judge = holder(cast, rules.hearers(cast.regime, rule) or frozenset(), but=tuple(a.person_id for a in said))
        staff_appeals.decide(penalty, judge, pace.next(), upheld=fine.till == "upheld", text=HEARD[fine.till])


def _supervised(cast: Cast, watched: Watched, about: About) -> None:
    boss, at = holder(cast, supervisions.supervisors(cast.regime)), about.pace.next(0)
    day = about.pace.hours.next_day(at.date(), 3)
    order = Order(watched.misconduct, watched.wanted, day, **_whom(cast, watched.whom, about))
    made = supervisions.raise_(about.case_id, boss, at, order)
    if watched.answer:
        speaks = cast.who(Role.SIGNER if watched.whom == "unit" else Role(watched.whom), about.unit)
        supervisions.answer(made, speaks, about.pace.next(0), text=watched.answer)
    if watched.end:
        supervisions.conclude(made, boss, about.pace.next(), founded=watched.founded, text=watched.end)
