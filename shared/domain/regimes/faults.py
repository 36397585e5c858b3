"""What is wrong in a rule book's file: line, key, code, what was found and an example of how it is right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

EXAMPLES = {
    "toml": 'title = "投诉处理制度"',
    "unknown_key": "",
    "missing": 'row = "R2.05"',
    "value": 'unit = "WD"',
    "blank": '{ blank = true, kind = "number", row = "R17.02", reason = "原文是 X" }',
    "setting_unknown": 'key = "limits.review.value"',
    "setting_value": "value = 7",
    "event_unknown": 'starts = ["accepted"]',
    "no_start": 'starts = ["received"]',
    "no_stop": 'stops = ["answered"]',
    "role_nobody": '{ code = "chief", name = "主任", row = "R2.21" }',
    "role_unmapped": '{ code = "desk", name = "前台", as = ["intake"], row = "R12.01" }',
    "step_nobody": '{ code = "desk", name = "前台", as = ["intake", "archivist"], row = "R12.01" }',
    "unit_mismatch": 'unit = "WD"  # quote = "5个工作日"',
    "value_mismatch": 'value = 5  # quote = "5个工作日"',
    "quote_missing": 'quote = "应在5个工作日内办结"',
    "twice": 'severity = "general"',
    "field_unfilled": '[[fields]]\ncode = "price"\nstep = "file"',
    "step_unknown": 'step = "file"',
    "limit_unknown": 'limits = ["general"]',
    "severity_unknown": 'severity = "general"',
    "category_unknown": 'categories = ["fees"]',
    "fact_unknown": '{ fact = "households", op = ">=", value = "5" }',
    "effect_unknown": '{ do = "severity", what = "major" }',
    "subject_unknown": 'of = "reply"',
    "channel_unknown": 'channels = ["phone", "letter"]',
    "mode_unknown": 'modes = ["named"]',
    "row_foreign": 'row = "R2.05"',
    "row_unknown": 'row = "R2.05"',
    "row_missing": '[[clauses]]\nrow = "R2.05"',
    "stage_unknown": 'next = ["transfer"]',
    "sample": 'settings = { "limits.review.value" = 7 }',
}
"""How it is right, by fault; codes are worded where they are shown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `file` and `line` are 0 and '' while nobody has looked them up."""

    code: str
    key: str
    found: str = ""
    example: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.key} {self.code} {self.found}"


def fault(code: str, key: str, found: object = "", example: str = "") -> Fault:
    """A fault with its example."""
    return Fault(code, key, str(found), example or EXAMPLES.get(code, ""))


_TABLE = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_]+|\"[^\"]+\")\s*=")
_ITEM = re.compile(r"^\s*[{\"]")


def lines_of(text: str) -> dict[str, int]:
    """On which line each key of a TOML text stands, by its path: limits.0.unit; made only when something is wrong."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    place, array, item = "", "", -1
    for number, line in enumerate(text.splitlines(), 1):
        table = _TABLE.match(line)
        if table:
            place, array = table[1], ""
            if line.lstrip().startswith("[["):
                counts[place] = counts.get(place, -1) + 1
                place = f"{place}.{counts[place]}"
            found.setdefault(place, number)
            continue
        key = _KEY.match(line)
        if array and _ITEM.match(line):
            item += 1
            found.setdefault(f"{array}.{item}", number)
        elif array and line.lstrip().startswith("]"):
            array = ""
        elif key:
            path = f"{place}.{key[1]}" if place else key[1]
            found.setdefault(path, number)
            if line.rstrip().endswith("["):
                array, item = path, -1
    return found


def placed(faults: list[Fault], text: str, raw: dict[str, Any], file: str) -> list[Fault]:
    """The faults with file and line, in the order of the file."""
    lines = lines_of(text)
    with_lines = [
        Fault(f.code, f.key, f.found, f.example, file, f.line or _line(lines, indexed(f.key, raw))) for f in faults
    ]
    return sorted(with_lines, key=lambda f: (f.line, f.key))


def _line(lines: dict[str, int], path: str) -> int:
    while path:
        if path in lines:
            return lines[path]
        path = path.rpartition(".")[0]
    return 1


def indexed(key: str, raw: Any) -> str:
    """A key with codes (limits.review.value) as a path with numbers (limits.0.value)."""
    path, here = [], raw
    for part in key.split("."):
        if isinstance(here, list):
            found = next((n for n, one in enumerate(here) if part in (_name(one), str(n))), None)
            path.append(part if found is None else str(found))
            here = None if found is None else here[found]
        else:
            path.append(part)
            here = here.get(part) if isinstance(here, dict) else None
    return ".".join(path)


def _name(one: Any) -> str:
    return str(one.get("id") or one.get("code") or "") if isinstance(one, dict) else ""


def named(path: list[Any] | tuple[Any, ...], raw: Any) -> str:
    """A path with numbers as the key that people write: limits.review.value."""
    parts, here = [], raw
    for part in path:
        inside = here[part] if isinstance(here, list) and isinstance(part, int) and part < len(here) else None
        if inside is None and isinstance(here, dict):
            inside = here.get(part)
        parts.append((isinstance(part, int) and _name(inside)) or str(part))
        here = inside
    return ".".join(parts)
