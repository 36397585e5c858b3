"""What the small made-up institutions put right: orders at every stage, late ones too, and what came of a case."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from shared.demo.cast import Cast, Hours
from shared.domain import capa, outcomes
from shared.domain.capa import Kind
from shared.domain.lifecycle import Role
from shared.domain.outcomes import Result
from shared.domain.visibility import Actor
from shared.services import corrective, corrective_orders, results
from shared.services.corrective_orders import Order

TEXTS: dict[Kind, tuple[str, str, str]] = {
    Kind.REMEDIAL: (
        "当天处理，登门说明",
        "请当天处理好，登门说明情况，把结果告诉我们。",
        "当天处理好了，登门说明并道歉。",
    ),
    Kind.CORRECTIVE: (
        "每月检查一次",
        "同样的问题又出现了。请每月检查一次，检查要有记录。",
        "已经列入每月检查，记录放在值班室。",
    ),
    Kind.PREVENTIVE: (
        "换季前统一检修",
        "几次都出在换季的时候。请在换季前检修，提前通知大家。",
        "检修计划已经定下，换季前一周完成。",
    ),
    Kind.RECTIFICATION: (
        "改为一个窗口办理",
        "来的人要跑几个窗口才能办完。请改成一个窗口。",
        "已经改为一个窗口办理，流程贴在门口。",
    ),
    Kind.SUGGESTION: (
        "把说明写得明白一些",
        "很多人看不懂现在的说明。建议换成大字，写清先后。",
        "说明已经重写，换成大字。",
    ),
}
TOOK_PART = "客服、工程和调度几个部门的负责人，住户代表两人"


def ordered(cast: Cast, case_id: int, unit: str, at: dt.datetime) -> tuple[int, Kind] | None:
    """Now and then a case shows what must be put right; returns the order and its kind."""
    book = cast.regime
    kinds, rng = capa.kinds(book), _rng(cast, case_id)
    if not kinds or rng.random() < 0.4:
        return None
    kind = rng.choice(kinds)
    order = _order(cast, kind, unit, at, rng.choice((3, 6, 12)))
    return corrective_orders.order_for_case(case_id, _of(cast, capa.orderers(book)), at, order), kind


def done(cast: Cast, made: tuple[int, Kind], unit: str, at: dt.datetime) -> None:
    """The unit reports what it has done."""
    action_id, kind = made
    text = TEXTS[kind][2]
    corrective.report(action_id, cast.who(Role.UNIT_HEAD, unit), at, text=text, done_day=at.date())


def alone(cast: Cast, hours: Hours, now: dt.datetime) -> None:
    """What no single complaint asks for: one verified, one to be looked at, one late."""
    book = cast.regime
    kinds = capa.kinds(book, alone=True)
    for n, days in enumerate((30, 18, 12) if kinds else ()):
        at = hours.office(now - dt.timedelta(days=days), 0, _rng(cast, n))
        kind, unit = kinds[n % len(kinds)], f"u{n % 3}"
        boss = _of(cast, capa.orderers(book))
        made = corrective_orders.order_alone(boss, at, _order(cast, kind, unit, at, 8))
        if n < 2:
            done(cast, (made, kind), unit, at + dt.timedelta(days=5))
        if n == 0 and capa.verifiers(book):
            judge = _of(cast, capa.verifiers(book))
            corrective.verify(
                made, judge, at + dt.timedelta(days=6), effective=True, comment="已经到现场看过，做到了。"
            )


def result(cast: Cast, case_id: int, at: dt.datetime) -> None:
    """What came of a case, where the rule book has words for it."""
    book = cast.regime
    if not outcomes.asks(book):
        return
    rng = _rng(cast, case_id)
    chosen = rng.choice([one.code for one in book.outcomes] or [""])
    ticks = tuple(f.code for f in outcomes.needed(book, "yes", chosen)) if chosen else ()
    money = outcomes.needed(book, "money", chosen) if book.outcomes else outcomes.money_field(book)
    amount = Decimal(rng.randrange(20, 900)).quantize(Decimal("0.01")) if money else None
    said = Result(chosen, amount, ticks, "按现行收费目录和办事指南。")
    results.record(case_id, cast.who(Role.INTAKE), at, said)


def _order(cast: Cast, kind: Kind, unit: str, at: dt.datetime, days: int) -> Order:
    title, text, _done = TEXTS[kind]
    people = TOOK_PART if capa.needs_people(cast.regime, kind) else ""
    day = at.date() + dt.timedelta(days=days)
    return Order(str(kind), cast.units[unit], title, text, day, participants=people)


def _of(cast: Cast, roles: frozenset[Role]) -> Actor:
    """Whoever holds one of the roles."""
    return next(a for role in sorted(roles) for a in cast.everybody(role))


def _rng(cast: Cast, n: int) -> random.Random:
    return random.Random(f"{cast.regime.code}:action:{n}")  # noqa: S311  made-up lives, no secrets
