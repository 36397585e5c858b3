"""The servers of a run: databases, Redis, gunicorn; each is ended by the handle it was started with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from shared import crypto
from shared.config import ROOT
from shared.servers import free_port
from tests.support import postgres

DURABLE = {"shared_buffers": "512MB", "max_connections": "60", "max_wal_size": "4GB"}
WORKERS = 2


@contextmanager
def postgresql() -> Iterator[tuple[str, list[int]]]:
    """Address and process of a PostgreSQL with its own defaults of durability (tests turn them off)."""
    postgres.QUICK = DURABLE
    with postgres.server() as address:
        with psycopg.connect(address) as connection:
            folder = connection.execute("show data_directory").fetchone()
        file = Path(folder[0] if folder else "") / "postmaster.pid"
        yield address, [int(file.read_text().split()[0])] if file.is_file() else []


@dataclass
class Web:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float
    """Seconds to the first page."""


@contextmanager
def gunicorn(application: str, env: dict[str, str], log: Path, first: str = "/") -> Iterator[Web]:
    """The application in two sync workers on a free port."""
    port = free_port()
    options = f"--bind=127.0.0.1:{port} --workers={WORKERS} --worker-class=sync --no-control-socket --log-level=warning"
    command = [sys.executable, "-m", "gunicorn", *options.split(), application]
    began = time.perf_counter()
    with (
        log.open("ab") as output,
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=output, stderr=output) as process,
    ):
        try:
            _wait(port, first, process, log)
            yield Web(port, process, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1500):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
            continue
        finally:
            connection.close()
        if status < 400:
            return
        raise RuntimeError(f"{path} answered {status}; {log}:\n{log.read_text()[-3000:]}")
    raise RuntimeError(f"gunicorn did not start; {log}:\n{log.read_text()[-3000:]}")


def settings_of(folder: Path, database: str, redis: str) -> dict[str, str]:
    """What a production installation would state, for one that lives in this folder."""
    keys = folder.parent / f"{folder.name}-keys"
    crypto.load_keys(keys, create=True)
    return {
        "HUIYIN_ENV": "production",
        "STAFF_SECOND_FACTOR": "optional",  # a visitor of the benchmark has a password alone
        "BENCH_DIR": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "SECRET_KEY": "bench" * 10,
        "KEY_DIR": str(keys),
        "FILES_DIR": str(folder / "files"),
        "TRUSTED_HOSTS": "127.0.0.1",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "bench@example.cn",
        "LOG_LEVEL": "WARNING",
    }
