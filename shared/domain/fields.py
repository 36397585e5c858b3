"""The rule book's own fields: which are asked when and of whom, what an answer may be, how it is kept."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField

PREFIX = "f_"
"""Before the code, where a field stands among others: in a form, in the sealed identity."""
LINE_MOST, TEXT_MOST = 200, 3000
YES, NO = "yes", "no"
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,4})?")
_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?")


def name_of(field: InputField) -> str:
    """The field's name in a form and in the sealed identity."""
    return PREFIX + field.code


def asked(
    book: Regime, *steps: str, channel: str = "", category: str | None = None, mode: str = ""
) -> list[InputField]:
    """What is asked at these steps, in the rule book's order; files are sent beside and not asked here.

    Without a channel those of every channel, without a category those of every category; whoever stays anonymous is
    asked nothing about the own person.
    """
    return [
        one
        for one in book.fields
        if one.step in steps
        and not one.known
        and one.kind != "files"
        and suits(one, channel, category)
        and not (mode == "anonymous" and of_person(one))
    ]


def suits(field: InputField, channel: str = "", category: str | None = None) -> bool:
    """Whether a field belongs to this channel and this category."""
    wrong_channel = channel and field.channels and channel not in field.channels
    wrong_category = category is not None and field.categories and category not in field.categories
    return not wrong_channel and not wrong_category


def of_person(field: InputField) -> bool:
    """Whether it says who complains: kept with the sealed identity, where it is asked when the complaint comes in."""
    return field.part == "complainant"


def facts(book: Regime, answers: Mapping[str, str]) -> list[str]:
    """The facts of the triggers that these answers put on record (R18.06)."""
    return [one.fact for one in book.fields if one.fact and answers.get(one.code) == YES]


def needs_files(book: Regime, step: str, *, channel: str = "", category: str | None = None) -> bool:
    """Whether something has to be attached at this step."""
    return any(
        one.kind == "files" and one.need == "required" and one.step == step and suits(one, channel, category)
        for one in book.fields
    )


def read(field: InputField, typed: str) -> str:
    """An answer as it is kept: days as ISO, money with two decimals, yes or no; '' where nothing was said.

    Raises Refused('field_missing'), Refused('field_long', most), Refused('field_<kind>'), each with `field` and `name`.
    """
    text = typed.replace("\x00", "").strip()
    if not text:
        if field.need == "required":
            raise Refused("field_missing", field=name_of(field), name=field.name)
        return ""
    most = TEXT_MOST if field.kind == "long" else LINE_MOST
    if len(text) > most:
        raise Refused("field_long", field=name_of(field), name=field.name, most=most)
    found = _READ.get(field.kind, _words)(field, text)
    if not found:
        raise Refused(f"field_{field.kind}", field=name_of(field), name=field.name)
    return found


def check(fields: Iterable[InputField], answers: Mapping[str, str], *, draft: bool = False) -> dict[str, str]:
    """Answers by code, as they are kept, without the empty ones; raises as `read` does for the first that is wrong.

    A draft may lack anything.
    """
    said = [(one, answers.get(one.code, "")) for one in fields]
    found = {one.code: read(one, text) for one, text in said if text.strip() or not draft}
    return {code: value for code, value in found.items() if value}


def _words(_field: InputField, text: str) -> str:
    return text


def _line(_field: InputField, text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Full-width digits, separators and signs of money as they are meant."""
    return re.sub(r"[,\s¥元]", "", unicodedata.normalize("NFKC", text))


def _date(_field: InputField, text: str) -> str:
    try:
        day = dt.date.fromisoformat(unicodedata.normalize("NFKC", text))
    except ValueError:
        return ""
    return day.isoformat() if 1900 <= day.year <= 2199 else ""


def _number(_field: InputField, text: str) -> str:
    plain = _plain(text)
    return plain if plain.isascii() and _NUMBER.fullmatch(plain) else ""


def _money(_field: InputField, text: str) -> str:
    plain = _plain(text)
    return f"{Decimal(plain):.2f}" if plain.isascii() and _MONEY.fullmatch(plain) else ""


def _choice(field: InputField, text: str) -> str:
    return text if text in field.choices else ""


def _yes(_field: InputField, text: str) -> str:
    return text if text in (YES, NO) else ""


_READ: dict[str, Callable[[InputField, str], str]] = {
    "text": _line,
    "signature": _line,
    "long": _words,
    "date": _date,
    "number": _number,
    "money": _money,
    "choice": _choice,
    "yes": _yes,
}
