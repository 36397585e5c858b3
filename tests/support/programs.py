"""Real processes that a test may kill, stop and go on with; whoever dies is started again, as a machine would do."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shared.config import ROOT
from shared.processes import _end_with_parent


@dataclass
class Program:
    """One process of an installation; its session holds all it has forked."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    kept: bool = True
    """Whether it is started again when it has died."""
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is started or ended, so that what was ended isn't started by somebody who looked before."""

    def start(self) -> None:
        """Starts it if it shall run and doesn't; what it prints goes to the log."""
        with self.turn:
            if self.kept and not self.running:
                self._start()

    def _start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    @property
    def pid(self) -> int:
        """The number of the process started last."""
        assert self.process is not None
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and goes on."""
        return self.process is not None and self.process.poll() is None

    @property
    def dead(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def forks(self) -> list[int]:
        """The processes it has forked that are still there, orphans included."""
        return [pid for pid in _session(self.pid) if pid != self.pid]

    def send(self, number: signal.Signals, pids: list[int] | None = None) -> None:
        """Sends a signal to it, or to some of its forks."""
        for pid in [self.pid] if pids is None else pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self) -> None:
        """Ends it with all it has forked and starts it no more."""
        with self.turn:
            self.kept = False
            if self.process is not None:
                self.send(signal.SIGKILL, _session(self.pid))
                self.process.wait(10)


def _session(leader: int) -> list[int]:
    """Every process of a session, from the kernel's own list."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(after_name[3]) == leader:
                    found.append(int(entry.name))
    return found


@dataclass
class Keeper:
    """Starts programs again that have died, as systemd does."""

    programs: list[Program] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def keep(self) -> None:
        """Begins to look after them."""
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.over.wait(0.2):
            for program in list(self.programs):
                program.start()  # by this thread alone: a child ends with the thread that made it

    def end(self) -> None:
        """Ends all, the last one first."""
        for program in reversed(self.programs):
            program.end()
        self.over.set()
        if self.thread is not None:
            self.thread.join(10)


def until(true: object, seconds: float = 60, every: float = 0.1) -> None:
    """Waits until a question has the answer yes; AssertionError when it takes too long."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {getattr(true, '__name__', true)}"
        time.sleep(every)
