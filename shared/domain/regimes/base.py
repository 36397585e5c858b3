"""What every part of a rule book is made of: rows of the digest, words with a code, money and days as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Row = Annotated[str, Field(pattern=r"^(R\d{1,2}\.\d{2}|cfg)$")]
"""A row of the digest, or `cfg`: the source is silent and the institution has set the value."""
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Money = Annotated[str, Field(pattern=r"^\d{1,9}\.\d{2}$")]
"""Yuan with two decimals, as text: 500.00."""
Share = Annotated[str, Field(pattern=r"^[01]\.\d{1,4}$")]
"""A share of one, as text: 0.20 is 20 %."""
DayOfYear = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A day that comes every year: 05-01."""
Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Data(BaseModel):
    """A table of a rule book: an unknown key is a fault, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(Data):
    """A rule with the row it comes from and, where it matters, the quoted phrase."""

    row: Row
    quote: str = ""


class Clause(Cited):
    """A sentence of the rule book in plain words."""

    topic: str
    text: str


class Named(Data):
    """A code with the words people read: a role, an outcome, a ground."""

    code: str
    name: str
    row: Row
    text: str = ""
    quote: str = ""


def money(text: str) -> Decimal:
    """An amount or a share as a decimal, never a float."""
    return Decimal(text)
