"""The acceptance table with results: runs the tests that prove the rows and says of each row whether it holds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from shared.config import ROOT
from shared.domain.regimes.rows import DigestRow, rows
from shared.processes import say

PASSED, FAILED = "通过 (passed)", "没有通过 (failed)"
NOT_RUN, MISSING = "没有运行 (not run)", "没有测试 (no test)"


def run(folder: Path, named: dict[str, list[str]]) -> int:
    """Prints every row with its tests and how they went; 0 where each row holds or is out of scope."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}", str(folder)]
        subprocess.run(command, cwd=ROOT)  # noqa: S603  our own tests
        went = outcomes(report.read_text(encoding="utf-8"))
    wrong = 0
    for row in rows():
        result = result_of(row, named.get(row.row, []), went)
        wrong += result not in (PASSED, row.out)
        say("\t".join((row.row, result, " ".join(named.get(row.row, [])))))
    say(f"{len(rows())} 条，{wrong} 条没有做到 (rows, not held)")
    return 1 if wrong else 0


def outcomes(report: str) -> dict[str, set[bool]]:
    """For each test, by file and name, whether its runs passed."""
    found: defaultdict[str, set[bool]] = defaultdict(set)
    for file, name, passed in _cases(report):
        found[f"{file}::{name}"].add(passed)
    return dict(found)


def _cases(report: str) -> Iterator[tuple[str, str, bool]]:
    for case in ElementTree.fromstring(report).iter("testcase"):  # noqa: S314  written by our own test run  # nosec B314
        file = case.get("classname", "").rpartition(".")[2] + ".py"
        bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        yield file, case.get("name", "").partition("[")[0], not bad


def result_of(row: DigestRow, tests: list[str], went: dict[str, set[bool]]) -> str:
    """One word for a row: out of scope with its reason, or how its tests went; one that failed is enough."""
    if row.out:
        return row.out
    if not tests:
        return MISSING
    results = [went.get(test, set()) for test in tests]
    if any(False in one for one in results):
        return FAILED
    return PASSED if all(results) else NOT_RUN
