"""Asks clamd, the antivirus service of the machine, what it thinks of a file, over its socket (INSTREAM)."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

CHUNK = 256 * 1024
SECONDS = 60
LONGEST_ANSWER = 4096


def verdict(place: str, data: BinaryIO) -> str:
    """clean, found, or failed where the service is away, refuses the size or cannot read the file.

    `place` is a socket file or host:port.
    """
    try:
        with _connected(place) as line:
            return _read(_asked(line, data))
    except OSError:
        return "failed"


def sound_place(place: str) -> bool:
    """Whether this names a socket file or a host and a port."""
    host, colon, port = place.rpartition(":")
    there = colon and host and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
    return Path(place).is_absolute() or bool(there)


def _connected(place: str) -> socket.socket:
    if Path(place).is_absolute():
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)


def _asked(line: socket.socket, data: BinaryIO) -> bytes:
    line.sendall(b"zINSTREAM\0")
    # It hangs up in the middle of what is too large, and has said so before.
    with suppress(BrokenPipeError, ConnectionResetError):
        while chunk := data.read(CHUNK):
            line.sendall(struct.pack(">I", len(chunk)) + chunk)
        line.sendall(struct.pack(">I", 0))
    answer = b""
    while len(answer) < LONGEST_ANSWER and b"\0" not in answer and (more := line.recv(LONGEST_ANSWER)):
        answer += more
    return answer


def _read(answer: bytes) -> str:
    """What one line of clamd says; whatever isn't one of its two plain answers is a failure."""
    said = answer.partition(b"\0")[0].strip()
    if said == b"stream: OK":
        return "clean"
    return "found" if said.startswith(b"stream: ") and said.endswith(b" FOUND") else "failed"
