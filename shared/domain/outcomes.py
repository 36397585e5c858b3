"""What came of a case in the rule book's words, what must be recorded then, what money came back (R11.02, W2.01)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField

BACK = ("recovered", "refunded")
"""Fields of money that comes back to whoever complained (R9, R11.02); penalties and costs are no such thing."""
YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case: a code of the rule book, an amount in yuan, what was ticked, and words."""

    outcome: str = ""
    amount: Decimal | None = None
    ticks: Collection[str] = ()
    text: str = ""


def money_field(book: Regime) -> InputField | None:
    """The rule book's field for what came back, where it has one."""
    return next((f for f in book.fields if f.code in BACK and f.kind == "money"), None)


def asks(book: Regime) -> bool:
    """Whether there is anything to record."""
    return bool(book.outcomes) or money_field(book) is not None


def needed(book: Regime, kind: str, outcome: str = "") -> list[InputField]:
    """The fields of a kind that an outcome calls for; of all outcomes where none is named."""
    codes = [code for one in book.outcomes if outcome in ("", one.code) for code in one.needs]
    return [f for f in book.fields if f.code in codes and f.kind == kind]


def yuan(text: str) -> Decimal | None:
    """An amount as somebody writes it, None for nothing; raises Refused('bad_amount', field='amount')."""
    plain = text.strip().removesuffix("元").replace(",", "").replace("，", "").strip()
    if not plain:
        return None
    if not (plain.isascii() and YUAN.fullmatch(plain)):
        raise Refused("bad_amount", field="amount")
    return Decimal(plain).quantize(Decimal("0.01"))


def check(book: Regime, result: Result) -> None:
    """Raises Refused('not_now') where nothing is asked, Refused('missing', field) for the first that is missing."""
    if not asks(book):
        raise Refused("not_now", action="record_result", state="")
    if book.outcomes and result.outcome not in {one.code for one in book.outcomes}:
        raise Refused("missing", field="finding")
    if not result.amount and (needed(book, "money", result.outcome) if book.outcomes else money_field(book)):
        raise Refused("missing", field="amount")
    lacking = [f.code for f in needed(book, "yes", result.outcome) if f.code not in result.ticks]
    if book.outcomes and lacking:
        raise Refused("missing", field="ticks")
    if book.outcomes and needed(book, "long", result.outcome) and not result.text.strip():
        raise Refused("missing", field="ground_words")
