"""Rule books as data: a regime is a TOML text that a jurist can read, parsed and checked here."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.domain.errors import Refused
from shared.domain.regimes import blanks
from shared.domain.regimes.base import Clause, Named
from shared.domain.regimes.blanks import Blank, Setting, with_settings
from shared.domain.regimes.book import Regime
from shared.domain.regimes.check import check
from shared.domain.regimes.faults import Fault, fault, named, placed
from shared.domain.regimes.limits import LimitRule

__all__ = [
    "Blank",
    "Clause",
    "Fault",
    "LimitRule",
    "Named",
    "Regime",
    "Setting",
    "codes",
    "faults_in",
    "of_text",
    "parse",
    "shipped",
    "with_settings",
]


def parse(text: str, file: str = "") -> Regime:
    """The regime a TOML text states; raises Refused('regime_file', faults=[Fault, …]) with all faults at once."""
    book, faults = _read(text, file)
    if book is None or faults:
        raise Refused("regime_file", faults=faults)
    return book


def faults_in(text: str, file: str = "") -> list[Fault]:
    """Everything that is wrong in a TOML text, in the order of its lines."""
    return _read(text, file)[1]


def _read(text: str, file: str) -> tuple[Regime | None, list[Fault]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = int(line[1]) if line else text.count("\n") + 1
        return None, [Fault("toml", "", str(error), fault("toml", "").example, file, at)]
    found = [fault("unknown_key", "blanks")] if raw.pop("blanks", None) is not None else []
    gaps, wrong = blanks.fill(raw)
    found += wrong
    book: Regime | None = None
    lost: set[str] = set()
    try:
        book = Regime.model_validate(raw | {"blanks": gaps})
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found += [_of_error(one, raw) for one in errors]
        book, lost = _without(raw, errors)
    if book is not None:
        # What only refers to a table that is wrong itself isn't a second fault.
        found += [one for one in check(book, raw) if one.found not in lost and one.code != "row_missing" or not lost]
    return book, placed(found, text, raw, file) if found else []


def _without(raw: dict[str, Any], errors: list[ErrorDetails]) -> tuple[Regime | None, set[str]]:
    """The rule book without its wrong tables, so that the rest can be checked in the same breath."""
    rest, lost = {k: list(v) if isinstance(v, list) else v for k, v in raw.items()}, {""}
    for place in sorted({tuple(e["loc"][:2]) for e in errors}, key=str, reverse=True):
        top = rest.get(str(place[0]))
        if isinstance(top, list) and len(place) > 1 and isinstance(place[1], int) and place[1] < len(top):
            gone = top.pop(place[1])
            lost |= {str(gone.get(k)) for k in ("id", "code") if k in gone} if isinstance(gone, dict) else {str(gone)}
        elif str(place[0]) not in Regime.model_fields:
            rest.pop(str(place[0]), None)
    try:
        return Regime.model_validate(rest), lost
    except ValidationError:
        return None, lost


def _of_error(error: ErrorDetails, raw: dict[str, Any]) -> Fault:
    key = named(error["loc"], raw)
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), sorted(_keys()), 1, 0.5)
        return fault("unknown_key", key, error["loc"][-1], near[0] if near else "")
    if error["type"] == "missing":
        return fault("missing", key, error["loc"][-1], f"{error['loc'][-1]} = …")
    return fault("value", key, error.get("input", ""), _expected(error))


def _expected(error: ErrorDetails) -> str:
    facts = error.get("ctx", {})
    return str(facts.get("expected") or facts.get("pattern") or error["msg"])


@lru_cache(maxsize=1)
def _keys() -> frozenset[str]:
    """Every key that some table of a rule book knows."""
    seen: set[str] = set(Regime.model_fields)
    for name, part in Regime.model_json_schema().get("$defs", {}).items():
        seen |= {name, *part.get("properties", {})}
    return frozenset(seen)


def codes() -> list[str]:
    """The rule books that come with the product, by number."""
    found = (path.name[:-5] for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    return sorted(found, key=lambda code: int(code[1:]))


def shipped(code: str) -> str:
    """The text of a rule book that comes with the product."""
    return (files(__package__) / f"{code}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def of_text(text: str) -> Regime:
    """`parse`, remembered: versions never change."""
    return parse(text)
