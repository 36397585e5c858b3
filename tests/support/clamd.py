"""Antivirus services for the tests: a small one that speaks clamd's words, and clamd where it is installed."""

from __future__ import annotations

import hashlib
import shutil
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The industry's harmless test file, in two parts so that no scanner takes this one for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST = 4 * 1024 * 1024


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > LONGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.wfile.write(b"stream: Eicar-Test FOUND\0" if EICAR in data else b"stream: OK\0")


@contextmanager
def small() -> Iterator[str]:
    """The place of one that knows a single virus."""
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-av-") as folder,
        socketserver.ThreadingUnixStreamServer(f"{folder}/socket", _Conversation) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"{folder}/socket"
        server.shutdown()
        thread.join()


@contextmanager
def real() -> Iterator[str]:
    """The place of a clamd that knows the same single virus, by its hash."""
    with tempfile.TemporaryDirectory(prefix="huiyin-av-") as made:
        folder = Path(made)
        (folder / "db").mkdir()
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (folder / "db" / "own.hdb").write_text(f"{digest}:{len(EICAR)}:Eicar-Test\n")
        (folder / "conf").write_text(
            f"LocalSocket {folder}/socket\nDatabaseDirectory {folder}/db\nForeground yes\n"
            f"StreamMaxLength {LONGEST}\nUser root\n"
        )
        with subprocess.Popen(["clamd", "-c", folder / "conf"], stdout=subprocess.DEVNULL) as process:
            try:
                until = time.monotonic() + 60
                while not (folder / "socket").exists() and time.monotonic() < until:
                    time.sleep(0.1)
                yield str(folder / "socket")
            finally:
                process.terminate()


SERVICES = {"small": small, **({"clamd": real} if shutil.which("clamd") else {})}
"""By name; clamd itself takes part wherever it is installed."""
