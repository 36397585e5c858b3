"""The rule book's forms (表单): which go with a slip and which stay with the case, what stands in their rows."""

from __future__ import annotations

from collections.abc import Iterable

from shared.domain.lifecycle import SLIP_STEPS
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from shared.domain.regimes.records import Form

PERSONAL = frozenset({"complainant", "contact"})
"""What says who complains: printed only for who may open it, and only once it is open."""
TALL = frozenset({"story", "points", "wish", "solution", "opinion", "answer", "plan", "reason"})
ON_PAPER = frozenset({"signature", "seal"})
"""Left for the hand."""
IN_HEAD = frozenset({"register_no", "slip_no", "capa_no", "received_at"})


def form_of(book: Regime, code: str) -> Form | None:
    """The form of this code."""
    return next((one for one in book.forms if one.code == code), None)


def of_slip(form: Form) -> bool:
    """Whether it lies with the unit: then it holds the slip's words and never the complaint's own (0003)."""
    return form.number == "slip" or form.step in SLIP_STEPS or (form.step == "transfer" and "unit" in form.fields)


def of_many(form: Form) -> bool:
    """Whether it sums up many cases: a report prints it (F)."""
    return not form.step and form.number == "own"


def of_case(book: Regime) -> list[Form]:
    """The forms about one case."""
    return [one for one in book.forms if not of_slip(one) and not of_many(one)]


def of_slips(book: Regime) -> list[Form]:
    """The forms that go with a slip."""
    return [one for one in book.forms if of_slip(one)]


def field_of(book: Regime, code: str) -> InputField | None:
    """The rule book's own field of this code."""
    return next((one for one in book.fields if one.code == code), None)


def known_as(book: Regime, code: str) -> str:
    """What the product calls it, '' for a field that it keeps for the rule book."""
    own = field_of(book, code)
    return own.known if own is not None else code


def personal(book: Regime, code: str) -> bool:
    """Whether it says who complains."""
    own = field_of(book, code)
    return known_as(book, code) in PERSONAL or (own is not None and own.part == "complainant")


def tall(book: Regime, code: str) -> bool:
    """Whether it wants a place of several lines."""
    own = field_of(book, code)
    return known_as(book, code) in TALL if own is None or own.known else own.kind == "long"


def signers(book: Regime, form: Form) -> Iterable[str]:
    """Who signs, in order, by the rule book's words; '' for the complainant."""
    return [book.name_of("roles", code) or "" for code in form.signs]
