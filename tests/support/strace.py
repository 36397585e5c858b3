"""System calls of a real process: made to fail as a test says, or noted down in order. No code of ours is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

SYNC = "fsync,fdatasync"


def no_sync(first: int, log: Path) -> list[str]:
    """Words before a command: from its `first` sync on, each thread hears from the kernel that the disk failed."""
    return [*_traced(log), "-e", f"inject={SYNC}:error=EIO:when={first}+"]


def failed(log: Path) -> int:
    """How many calls have been made to fail so far."""
    return log.read_text("utf-8", "replace").count("(INJECTED)") if log.exists() else 0


def writes(log: Path) -> list[str]:
    """Words before a command: what it writes, syncs and sends is noted down, in the order in which it was done."""
    return [*_traced(log, f"write,pwrite64,sendto,rename,{SYNC}"), "-y", "-s", "24"]


def connections(log: Path) -> list[str]:
    """Words before a command: whom it and all that it starts call is noted down, by whatever library."""
    return _traced(log, "connect,sendto,sendmsg")


def called_outside(log: Path) -> set[str]:
    """The addresses called that are not of this machine."""
    text = log.read_text("utf-8", "replace")
    called = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', text)
    return {four or six for four, six in called if not (four.startswith("127.") or six == "::1")}


def answered_too_soon(log: Path, kept: re.Pattern[str]) -> list[str]:
    """Answers of yes that left while a write to one of the kept files had not been brought to the disk yet."""
    dirty: set[str] = set()
    syncing: dict[str, str] = {}
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        pid, _, call = line.partition(" ")
        path = next(iter(re.findall(r"^\s*\w+\(\d+<([^>]+)>", call)), "")
        if re.match(r"\s*(write|pwrite64)\(", call) and kept.search(path):
            dirty.add(path)
        elif re.match(r"\s*f(data)?sync\(", call):
            syncing[pid] = path
        elif re.match(r"\s*sendto\(.*HTTP/1.1 30", call) and dirty:
            found.append(f"{call} while {sorted(dirty)}")
        if re.search(r"sync(\(| resumed).* = 0$", call):
            dirty.discard(syncing.pop(pid, ""))
    return found


def _traced(log: Path, calls: str = SYNC) -> list[str]:
    found = shutil.which("strace")
    assert found, "no strace on this machine, so no fsync can be made to fail: apt-get install strace"
    words = [found, "-f", "-qq", "--seccomp-bpf", "-e", f"trace={calls}", "-o", str(log)]
    tried = subprocess.run([found, "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True)
    assert tried.returncode == 0, f"this machine lets nobody trace (ptrace), so no fsync can fail: {tried.stderr}"
    return words
