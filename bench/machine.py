"""What processes cost: processor time and memory of a process and all below it, from /proc."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
CALM = 0.3
"""Cores that other programs may use; above that a measurement says little."""
PSS = re.compile(r"^Pss:\s+(\d+)", re.M)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []


def tree(root: int) -> list[int]:
    """The process and everything it has started that still runs."""
    below: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        if stat := _stat(int(name)):
            below.setdefault(int(stat[1]), []).append(int(name))
    found = [root]
    for pid in found:
        found += below.get(pid, [])
    return found


def cpu_seconds(roots: list[int]) -> float:
    """Processor time used so far, that of ended children included."""
    stats = (_stat(pid) for root in roots for pid in tree(root))
    return sum(int(ticks) for stat in stats if stat for ticks in stat[11:15]) / TICK


def busy_seconds() -> float:
    """Processor time that the whole machine has used so far."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICK


def wait_for_calm(seconds: float) -> None:
    """Waits until the machine has nothing else to do, but no longer than this."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before, began = busy_seconds(), time.monotonic()
        time.sleep(1)
        if busy_seconds() - before < CALM * (time.monotonic() - began):
            return


def pss_mib(root: int) -> float:
    """Memory of the tree, shared pages counted in shares."""
    total = 0
    for pid in tree(root):
        try:
            found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


def say(words: str) -> None:
    """Progress, kept apart from the results."""
    sys.stderr.write(f"{words}\n")
