"""The product's own programs as real processes on a test's database, to be killed or stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.config import ROOT, Settings


def env_of(settings: Settings, **more: str) -> dict[str, str]:
    """The environment under which a program finds what the test's application uses."""
    return {
        **os.environ,
        "HUIYIN_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "KEY_DIR": str(settings.key_dir),
        "FILES_DIR": str(settings.files_dir),
        "CHECKPOINT_DIR": str(settings.checkpoint_dir),
        **more,
    }


@contextmanager
def program(name: str, settings: Settings, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m shared.cli NAME`, asked to stop when the block ends."""
    command = [sys.executable, "-m", "shared.cli", name]
    with subprocess.Popen(command, cwd=ROOT, env=env_of(settings, **more), stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            for child in horses(process):
                kill(child)
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def horses(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a worker has forked for its jobs: groups of their own, so found by their parent."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if int(parent) == process.pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def kill(pid: int) -> None:
    """As nothing can prevent."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it didn't happen in time"
        time.sleep(0.02)
