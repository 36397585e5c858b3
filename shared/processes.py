"""Processes that run side by side: started, watched, started again, ended in order."""

import ctypes
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import NoReturn

from shared.config import ROOT

PARENT_DEATH_SIGNAL = 1  # prctl(2) PR_SET_PDEATHSIG
FEW_LIVES, WITHIN_SECONDS = 3, 60
LAST_WORDS = 25  # seconds a process has to finish what it is doing; a web request has 20


class CannotRun(Exception):
    """The start or the run ends here; the text says why and what to do."""


@dataclass
class Child:
    """One process of the tree and the times it was started."""

    label: str
    command: list[str]
    leaves_last: bool = False  # the others talk to it while they finish
    starts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self, env: dict[str, str]) -> None:
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(  # noqa: S603 (our own programs)
            self.command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def restart(self, env: dict[str, str]) -> None:
        code = self.process.returncode if self.process else None
        if len([at for at in self.starts if at > time.monotonic() - WITHIN_SECONDS]) >= FEW_LIVES:
            raise CannotRun(
                f"{self.label} 一分钟内停了 {FEW_LIVES} 次，全部停止；原因见上面的输出"
                f" ({self.label} stopped {FEW_LIVES} times in a minute; the lines above say why)"
            )
        say(f"{self.label} 停了（{code}），重新启动 ({self.label} stopped, starting it again)")
        self.start(env)


def say(text: str) -> None:
    """One line to the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def step(command: str, env: dict[str, str]) -> None:
    """Run one command of the program to its end; CannotRun where it fails."""
    if subprocess.run([sys.executable, "-m", "shared.cli", command], cwd=ROOT, env=env).returncode:  # noqa: S603 (our own program)
        raise CannotRun(f"这一步没有成功，原因见上面的输出：{command} (this step failed; the lines above say why)")


def watch(children: list[Child], env: dict[str, str]) -> NoReturn:
    """Start again whatever stops, until a signal or a child that does not stay up ends the run."""
    while True:
        time.sleep(0.5)
        for child in children:
            if child.process and child.process.poll() is not None:
                child.restart(env)


def end(children: list[Child]) -> None:
    """Programs first, the servers they talk to last; whoever does not go within LAST_WORDS seconds is killed."""
    until = time.monotonic() + LAST_WORDS
    for last in (False, True):
        processes = [child.process for child in children if child.process and child.leaves_last is last]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """Children end with their parent even where it is killed (Linux; elsewhere they are ended on a proper stop)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
