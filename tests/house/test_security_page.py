"""docs/security.md and docs/asvs.md name what exists: every rule, every proof, every line of the standard once."""

from __future__ import annotations

import re
from collections import Counter

from shared.config import ROOT

SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CHECKLIST = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| ([\d.]+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", CHECKLIST, re.MULTILINE)
STATES = {"met", "host", "open", "n/a"}
LEVELS_1_AND_2 = 253


def test_every_proof_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:tests|\.ci)/[^`]+)`", SECURITY + CHECKLIST))
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_rule_is_told_and_every_rule_told_exists() -> None:
    rules = set(re.findall(r"- id: (\S+)", (ROOT / ".ci" / "semgrep.yml").read_text(encoding="utf-8")))
    assert set(re.findall(r"`([pt]\d\d-[a-z-]+)`", SECURITY)) == rules


def test_the_checklist_holds_each_line_of_the_standard_once() -> None:
    assert Counter(line for line, *_ in LINES).most_common(1)[0][1] == 1
    assert len(LINES) == LEVELS_1_AND_2
    assert {state for _, _, state, _, _ in LINES} <= STATES


def test_the_sums_at_the_head_are_those_of_the_lines() -> None:
    sums = Counter(state for _, _, state, _, _ in LINES)
    said = re.search(r"Of \d+ lines: (.*)\.$", CHECKLIST, re.MULTILINE)
    assert said
    assert dict(part.split(" ", 1)[::-1] for part in said[1].split(", ")) == {s: str(n) for s, n in sums.items()}
