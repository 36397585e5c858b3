"""Runs a program in a changed world: `python -m tests.support.launch [--ahead SECONDS] [--alone] MODULE …`.

The product itself has no setting for either: a clock that can be moved and a net that can be cut belong into tests.
"""

from __future__ import annotations

import datetime as dt
import runpy
import socket
import sys
from typing import Any

from shared import clock
from shared.config import ROOT

real_now, real_connect, real_lookup = clock.now, socket.socket.connect, socket.getaddrinfo


def move_clock(seconds: float) -> None:
    """From now on it is so many seconds later for this process and its forks."""
    ahead = dt.timedelta(seconds=seconds)
    clock.now = lambda: real_now() + ahead  # the last one counts


def cut_net() -> None:
    """Whatever is not this machine is out of reach, and so are names."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1")):
            raise OSError(101, "Network is unreachable")
        real_connect(self, address)

    def lookup(host: Any, *more: Any, **named: Any) -> Any:
        if host not in {None, "", "localhost", "127.0.0.1", "::1", b"127.0.0.1", b"localhost"}:
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return real_lookup(host, *more, **named)

    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.getaddrinfo = lookup


def main(words: list[str]) -> None:
    """Takes the options off and becomes the program."""
    while words[0].startswith("--"):
        option = words.pop(0)
        if option == "--ahead":
            move_clock(float(words.pop(0)))
        elif option == "--alone":
            cut_net()
        else:
            raise SystemExit(f"unknown: {option}")
    sys.argv = words
    sys.path.insert(0, str(ROOT))
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
