"""A real Redis for the tests."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.servers import redis_answers, redis_binary, redis_command


@contextmanager
def server() -> Iterator[str]:
    """The address of one that runs until the block ends; its socket lies in a short folder."""
    binary = redis_binary()
    assert binary, "no Redis on this machine: install redis-server"
    with tempfile.TemporaryDirectory(prefix="huiyin-r-") as folder:
        socket = Path(folder) / "socket"
        url = f"unix://{socket}?db=0"
        with subprocess.Popen(redis_command(binary, socket, Path(folder)), stdout=subprocess.DEVNULL) as process:
            try:
                assert redis_answers(url), "Redis did not start"
                yield url
            finally:
                process.kill()  # nothing is worth saving
