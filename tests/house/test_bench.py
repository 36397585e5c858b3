"""The benchmarks can be started: nothing else runs them between two measurements."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shared.config import ROOT


@pytest.mark.parametrize("name", ["run", "notices", "sweep", "chain", "crowd", "recount", "restore"])
def test_a_benchmark_says_how_it_is_used(name: str) -> None:
    done = subprocess.run([sys.executable, "-m", f"bench.{name}", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage" in done.stdout
