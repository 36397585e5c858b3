"""Rates as an institution writes them: 有效投诉数÷户数 (R26.08). Names, numbers, + - × ÷ and brackets, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from shared.domain.errors import Refused

PLACES = Decimal("0.0001")
LONGEST = 200
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?%?)|([A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff]*)|([-+*/×÷()（）－＋]))")
_SIGNS = str.maketrans("×÷（）－＋", "*/()-+")
Tokens = list[tuple[str, str]]


def names(formula: str) -> list[str]:
    """The names in a formula, each once; raises Refused('formula') where it can't be worked out."""
    found: Tokens = _tokens(formula)
    _Reader(found, dict.fromkeys((text for kind, text in found if kind == "name"), Decimal(1)), dry=True).whole()
    return list(dict.fromkeys(text for kind, text in found if kind == "name"))


def computable(formula: str) -> bool:
    """Whether it is a formula at all, or only a sentence that says what is meant."""
    try:
        return bool(names(formula))
    except Refused:
        return False


def value(formula: str, known: Mapping[str, Decimal]) -> Decimal | None:
    """What it comes to, to four places; None where a name has no value or something is divided by nothing."""
    found = _tokens(formula)
    if any(kind == "name" and text not in known for kind, text in found):
        return None
    try:
        return _Reader(found, known).whole().quantize(PLACES, ROUND_HALF_UP)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return None


def _tokens(formula: str) -> Tokens:
    if len(formula) > LONGEST:
        raise Refused("formula")
    found: Tokens = []
    at, text = 0, formula.strip()
    while at < len(text):
        one = _TOKEN.match(text, at)
        if one is None:
            raise Refused("formula")
        number, name, sign = one.groups()
        found.append(("number", number) if number else ("name", name) if name else ("sign", sign.translate(_SIGNS)))
        at = one.end()
    return found


class _Reader:
    """Reads a formula from left to right: sums of products of numbers, names and brackets."""

    def __init__(self, tokens: Tokens, known: Mapping[str, Decimal], *, dry: bool = False) -> None:
        self.tokens, self.known, self.dry, self.at = tokens, known, dry, 0

    def whole(self) -> Decimal:
        found = self._sum()
        if self.at < len(self.tokens):
            raise Refused("formula")
        return found

    def _sign(self, among: str) -> str:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "sign" and text in among:
                self.at += 1
                return text
        return ""

    def _sum(self) -> Decimal:
        total = self._product()
        while sign := self._sign("+-"):
            part = self._product()
            total = total + part if sign == "+" else total - part
        return total

    def _product(self) -> Decimal:
        total = self._one()
        while sign := self._sign("*/"):
            part = self._one()
            total = total * part if sign == "*" else total if self.dry else total / part
        return total

    def _one(self) -> Decimal:
        if self._sign("("):
            inner = self._sum()
            if not self._sign(")"):
                raise Refused("formula")
            return inner
        if self.at >= len(self.tokens) or self.tokens[self.at][0] == "sign":
            raise Refused("formula")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "name":
            return self.known[text]
        return Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
