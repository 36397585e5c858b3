"""Blank means blank: what the source leaves silent, damaged or as X, and what an institution has set there."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, get_args

from shared.domain.regimes.base import Data, Row
from shared.domain.regimes.faults import Fault, fault, named

Kind = Literal["number", "text", "money", "share", "day", "yes", "choice"]
KINDS = frozenset(get_args(Kind))
PLACEHOLDERS: dict[str, Any] = {
    "number": 1,
    "text": "（未定）",
    "money": "0.00",
    "share": "0.0",
    "day": "01-01",
    "yes": False,
}
"""What stands there so that the rest can be read; a rule book with a blank is never acted upon."""
MARK = "# ── 本机构的设定 ──"


class Blank(Data):
    """A place where the source has no value; `value` is what the institution has set."""

    key: str
    name: str = ""
    kind: Kind = "number"
    row: Row
    reason: str
    least: int = 0
    most: int = 366
    choices: list[str] = []
    quote: str = ""
    value: int | str | bool | None = None


class Setting(Data):
    """A value that an institution has set, with why and since when."""

    key: str
    value: int | str | bool
    reason: str = ""
    since: date | None = None


def fill(raw: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Puts settings and placeholders where blanks stand; returns every blank, and faults of blanks and settings."""
    given = {str(s.get("key")): s.get("value") for s in raw.get("settings", []) if isinstance(s, dict)}
    blanks: list[dict[str, Any]] = []
    faults: list[Fault] = []
    _walk(raw, (), raw, given, blanks, faults)
    known = {b["key"] for b in blanks}
    faults += [fault("setting_unknown", f"settings.{n}.key", key) for n, key in enumerate(given) if key not in known]
    return blanks, faults


def _walk(
    here: Any,
    path: tuple[Any, ...],
    raw: dict[str, Any],
    given: dict[str, Any],
    blanks: list[dict[str, Any]],
    faults: list[Fault],
) -> None:
    pairs = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    for key, value in list(pairs):
        at = (*path, key)
        if isinstance(value, dict) and value.get("blank") is True:
            here[key] = _put(named(at, raw), here, value, given, blanks, faults)
        elif isinstance(value, (dict, list)):
            _walk(value, at, raw, given, blanks, faults)


def _put(
    key: str,
    around: Any,
    blank: dict[str, Any],
    given: dict[str, Any],
    blanks: list[dict[str, Any]],
    faults: list[Fault],
) -> Any:
    kind = blank.get("kind", "number")
    if kind not in KINDS or not blank.get("reason") or not blank.get("row"):
        faults.append(fault("blank", key, kind if kind not in KINDS else "row, reason"))
        return PLACEHOLDERS.get(kind, 1)
    name = str(around.get("name", "")) if isinstance(around, dict) else ""
    entry = {k: v for k, v in blank.items() if k != "blank"} | {"key": key, "name": blank.get("name", name)}
    if key in given:
        entry["value"] = given[key]
        if wrong(entry, given[key]):
            faults.append(fault("setting_value", key, given[key]))
            entry.pop("value")
    blanks.append(entry)
    standing = PLACEHOLDERS.get(kind, (blank.get("choices") or [""])[0])
    return entry.get("value", standing)


def wrong(blank: dict[str, Any], value: Any) -> bool:
    """Whether a value does not fit a blank."""
    kind = blank.get("kind", "number")
    if kind == "number":
        plain = isinstance(value, int) and not isinstance(value, bool)
        return not plain or not blank.get("least", 0) <= value <= blank.get("most", 366)
    if kind == "yes":
        return not isinstance(value, bool)
    if kind == "choice":
        return value not in blank.get("choices", [])
    return not isinstance(value, str) or not value.strip()


def with_settings(text: str, settings: list[Setting]) -> str:
    """The text of a rule book with these settings at its end instead of those it had."""
    parts = [text.split(MARK)[0].rstrip(), ""]
    if settings:
        parts.append(MARK)
    for one in settings:
        parts += ["", "[[settings]]", f"key = {_toml(one.key)}", f"value = {_toml(one.value)}"]
        parts.append(f"reason = {_toml(one.reason)}")
        if one.since:
            parts.append(f"since = {one.since.isoformat()}")
    return "\n".join(parts) + "\n"


def _toml(value: int | str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    shown = "".join(c if c.isprintable() else " " for c in value)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
