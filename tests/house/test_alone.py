"""No test may need the internet (R20): whoever calls another machine finds none."""

from __future__ import annotations

import socket

import pytest


def test_the_suite_runs_without_the_internet() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("example.com", 443), timeout=1)
    with socket.socket() as other, pytest.raises(OSError, match="unreachable"):
        other.connect(("192.0.2.1", 443))
