"""A crowd at the two fields of tracking: real server processes, and as many browsers at once as asked for."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from shared.config import ROOT, Settings
from shared.run import _programs
from shared.servers import free_port


@dataclass
class Told:
    """How the crowd fared: seconds to each answer, by status; `lost` got none."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    waits: list[int] = field(default_factory=list)
    lost: int = 0

    def p95(self, status: int) -> float:
        """Seconds that 95 of 100 answers of this status took at most."""
        taken = self.seconds.get(status, [])
        return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else max(taken, default=0.0)


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[tuple[int, int]]:
    """Port and process of the web server with the very command of `./huiyin up`, over the test's own database."""
    port = free_port()
    words = [
        re.sub(r"^wsgi:create_app\(\)$", "tests.support.crowd:app()", one)
        for one in _programs(settings, port)[0].command
    ]
    env = {**os.environ, "HUIYIN_ENV": "test", "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key}
    env |= {"REDIS_URL": settings.redis_url, "CROWD_DIR": str(settings.data_dir), "PYTHONPATH": str(ROOT)}
    env["KEY_DIR"] = str(settings.key_dir)
    with log.open("wb") as out, subprocess.Popen(words, cwd=ROOT, env=env, stdout=out, stderr=out) as process:
        try:
            _wait(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def app() -> object:
    """The application of the served processes."""
    from shared.config import load
    from wsgi import create_app

    return create_app(load(os.environ, data_dir=Path(os.environ["CROWD_DIR"])))


def _wait(port: int) -> None:
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/static/css/base.css")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server didn't start")


def memory(pid: int) -> int:
    """Megabytes held by a process and its children."""
    found = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            status = (place / "status").read_text()
        except OSError:
            continue
        if place.name == str(pid) or re.search(rf"^PPid:\t{pid}$", status, re.MULTILINE):
            held = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
            found += int(held[1]) if held else 0
    return found // 1024


def crowd(port: int, typed: list[dict[str, str]], number: int, pid: int) -> tuple[Told, int]:
    """Sends the numbers `number` times at once; what came back, and the most memory meanwhile."""
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", "/track")
    page = line.getresponse()
    cookie = str(page.headers["Set-Cookie"]).split(";")[0]
    token = re.findall(rb'name="csrf_token" value="([^"]+)"', page.read())[0].decode()
    line.close()
    bodies = [urlencode({"csrf_token": token, **one}) for one in typed]
    return asyncio.run(_all(port, cookie, bodies, number, pid))


async def _all(port: int, cookie: str, bodies: list[str], number: int, pid: int) -> tuple[Told, int]:
    told, most = Told(), 0
    tasks = [asyncio.ensure_future(_one(port, cookie, bodies[n % len(bodies)], told)) for n in range(number)]
    while not all(task.done() for task in tasks):
        await asyncio.wait(tasks, timeout=1)
        most = max(most, memory(pid))
    return told, most


async def _one(port: int, cookie: str, body: str, told: Told) -> None:
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /track HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        writer.write(head.encode())
        answer = (await reader.read()).decode("utf-8", "replace")
        writer.close()
        status = int(answer.split(" ", 2)[1])
    except (OSError, IndexError, ValueError):
        told.lost += 1
        return
    told.seconds.setdefault(status, []).append(time.perf_counter() - began)
    told.waits += [int(n) for n in re.findall(r"^Retry-After: (\d+)", answer, re.MULTILINE)]
