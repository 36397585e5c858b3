"""The file that an institution is made from: read whole, with everything that is wrong in it told at once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from shared.domain.lifecycle import ADMIN_ROLES

Fault = tuple[str, str]
"""Where in the file, and the code of what is wrong."""
SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST = 200
NEEDED = (
    "slug",
    "name",
    "office_name",
    "phone",
    "address",
    "hours",
    "email",
    "register_prefix",
    "slip_prefix",
    "sms_sign",
)
MAY = ("intro", "time_zone")
TABLES = ("footer", "redirects")
REDIRECT = ("name", "matter", "contact")
ADMIN = ("role", "username", "name")


@dataclass(frozen=True, slots=True)
class Admin:
    """A first administrator: one of the three roles, and whose account it is."""

    role: str
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands in the file, as far as it could be read."""

    regime: str = ""
    words: dict[str, str] = field(default_factory=dict)
    footer: dict[str, str] = field(default_factory=dict)
    redirects: list[dict[str, str]] = field(default_factory=list)
    units: list[tuple[str, list[str]]] = field(default_factory=list)
    """Handling units with their sections."""
    admins: list[Admin] = field(default_factory=list)


def read(text: str, regimes: Collection[str]) -> tuple[Plan, list[Fault]]:
    """The plan, and all that is wrong with it; `regimes` are the codes of the rule books there are."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Plan(), [(str(error), "toml")]
    faults: list[Fault] = _unknown(raw, ("regime", "institution", "units", "administrators"), "")
    regime = raw.get("regime")
    if regime not in regimes:
        faults.append(("regime", "missing" if regime is None else "regime"))
    place = _table(raw, "institution", faults)
    plan = Plan(
        regime=str(regime),
        words=_words(place, faults),
        footer=_strings(_table(place, "footer", faults), "institution.footer", faults),
        redirects=_redirects(place, faults),
        units=_units(raw, faults),
        admins=_admins(raw, faults),
    )
    return plan, faults


def _faults_in_words(words: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the institution's own words, each looked at by itself."""
    checks: dict[str, Callable[[str], object]] = {
        "slug": SLUG.fullmatch,
        "email": ADDRESS.fullmatch,
        "time_zone": available_timezones().__contains__,
    }
    return [(f"institution.{key}", key) for key, good in checks.items() if key in words and not good(words[key])]


def _words(place: Mapping[str, Any], faults: list[Fault]) -> dict[str, str]:
    faults += _unknown(place, (*NEEDED, *MAY, *TABLES), "institution.")
    given = {key: place[key] for key in (*NEEDED, *MAY) if key in place}
    faults += [(f"institution.{key}", "missing") for key in NEEDED if key not in given]
    words = _strings(given, "institution", faults, may_be_empty=MAY)
    faults += _faults_in_words(words)
    return words


def _redirects(place: Mapping[str, Any], faults: list[Fault]) -> list[dict[str, str]]:
    found = []
    for at, one in _tables(place, "redirects", "institution.", faults):
        faults += _unknown(one, REDIRECT, f"{at}.")
        faults += [(f"{at}.{key}", "missing") for key in REDIRECT if key not in one]
        found.append(_strings(one, at, faults))
    return found


def _units(raw: Mapping[str, Any], faults: list[Fault]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for at, one in _tables(raw, "units", "", faults):
        faults += _unknown(one, ("name", "sections"), f"{at}.")
        sections = one.get("sections", [])
        names = [one.get("name"), *(sections if isinstance(sections, list) else [None])]
        faults += [(at, "text") for name in names if not _sound(name)][:1]
        found.append((str(names[0]), [str(name) for name in names[1:]]))
    faults += [(f"units: {name}", "twice") for name, n in Counter(name for name, _ in found).items() if n > 1]
    return found


def _admins(raw: Mapping[str, Any], faults: list[Fault]) -> list[Admin]:
    found = []
    for at, one in _tables(raw, "administrators", "", faults):
        faults += _unknown(one, ADMIN, f"{at}.")
        faults += [(f"{at}.{key}", "missing") for key in ADMIN if key not in one]
        words = _strings({key: one[key] for key in ADMIN if key in one}, at, faults)
        if "username" in words and not USERNAME.fullmatch(words["username"]):
            faults.append((f"{at}.username", "bad_username"))
        if "role" in words and words["role"] not in set(map(str, ADMIN_ROLES)):
            faults.append((f"{at}.role", "role"))
        found.append(Admin(*(words.get(key, "") for key in ADMIN)))
    held = Counter(admin.role for admin in found)
    faults += [(f"administrators: {role}", "one_each") for role in sorted(map(str, ADMIN_ROLES)) if held[role] != 1]
    # GB/T 22239 §8.1.5: no account holds two of the three.
    names = Counter(admin.username for admin in found if admin.username)
    faults += [(f"administrators: {name}", "combined") for name, n in names.items() if n > 1]
    return found


def _table(raw: Mapping[str, Any], key: str, faults: list[Fault]) -> dict[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        faults.append((key, "table"))
        return {}
    return found


def _tables(raw: Mapping[str, Any], key: str, before: str, faults: list[Fault]) -> list[tuple[str, dict[str, Any]]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        faults.append((f"{before}{key}", "tables"))
        return []
    return [(f"{before}{key}[{n}]", one) for n, one in enumerate(found, 1)]


def _unknown(raw: Mapping[str, Any], known: Collection[str], before: str) -> list[Fault]:
    return [(f"{before}{key}", "unknown") for key in raw if key not in known]


def _strings(
    raw: Mapping[str, Any], at: str, faults: list[Fault], *, may_be_empty: Collection[str] = ()
) -> dict[str, str]:
    wrong = [key for key, value in raw.items() if not (_sound(value) or (key in may_be_empty and value == ""))]
    faults += [(f"{at}.{key}", "text") for key in wrong]
    return {key: value.strip() for key, value in raw.items() if key not in wrong}


def _sound(value: object) -> bool:
    """A text of one line that says something."""
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST and value.isprintable()
