"""A whole installation as it runs for real: two web servers, two workers, a scheduler, Redis, mail, the database."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from shared import clock, crypto, signing
from shared.config import ROOT, load
from shared.db import db
from shared.servers import free_port, redis_answers, redis_binary, redis_command
from shared.services import calendars, queries_figures, queries_portal, regimes
from tests.support import postgres, world
from tests.support.programs import Keeper, Program, until
from wsgi import create_app

GUNICORN = "--workers=1 --worker-class=gthread --threads=2 --no-control-socket --log-level=warning --graceful-timeout=5"


class SqliteFile:
    """A database that is never away, but that another program may hold."""

    def __init__(self, folder: Path) -> None:
        self.path, self.other = folder / "huiyin.sqlite", None
        self.url = f"sqlite:///{self.path}"

    def stop(self) -> None:
        """Somebody else holds the file."""
        with suppress(sqlite3.OperationalError):  # the writers are too busy to let it in: then nothing is held
            self.other = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self.other.execute("begin immediate")

    def start(self) -> None:
        """They let it go."""
        if self.other is not None:
            self.other.close()
            self.other = None


@dataclass
class Installation:
    """Its programs by name, the folder it lives in, and the world that was made in its database."""

    folder: Path
    database: SqliteFile | postgres.Stoppable
    env: dict[str, str]
    ports: list[int]
    mail_port: int
    app: Flask
    world: world.World
    options: list[str] = field(default_factory=list)
    keeper: Keeper = field(default_factory=Keeper)

    def __getitem__(self, name: str) -> Program:
        return next(one for one in self.keeper.programs if one.name == name)

    def program(self, name: str, *words: str, options: list[str] | None = None) -> Program:
        """One of the product's own programs, in the world that the options make."""
        launch = [sys.executable, "-m", "tests.support.launch", *(self.options if options is None else options)]
        return Program(name, [*launch, *words], self.env, self.folder / f"{name}.log")

    def start(self) -> None:
        """Starts whatever isn't running yet and waits until all of it is up."""
        self.keeper.keep()
        until(self.whole, 90)

    def whole(self) -> bool:
        """Whether every program runs, and each that can be asked answers."""
        running = {one.name for one in self.keeper.programs if one.running}
        wanted = {one.name for one in self.keeper.programs if one.kept}
        mail = "mail" not in wanted or answers(self.mail_port)
        redis = "redis" not in wanted or redis_answers(self.env["REDIS_URL"], 0)
        return wanted <= running and mail and redis and self.healthy()

    def healthy(self) -> bool:
        """Whether both web servers answer with a page that needed the database."""
        return all(status(port) == 200 for port in self.ports)

    @property
    def mood(self) -> Path:
        """The file that decides how the mail server behaves."""
        return self.folder / "mail" / "mood"

    @property
    def ahead(self) -> float:
        """How far its clock has been moved."""
        return float(self.options[self.options.index("--ahead") + 1]) if "--ahead" in self.options else 0

    def hurry(self, seconds: float) -> None:
        """Workers and scheduler go on that much later, so that leases end and what waits is due."""
        for name in ("scheduler", "worker1", "worker2"):
            if (old := next((one for one in self.keeper.programs if one.name == name), None)) is not None:
                self.keeper.programs.remove(old)
                old.end()
        ahead = [*self.options, "--ahead", str(seconds)]  # the last one counts
        self.keeper.programs += [self.program(name, *words, options=ahead) for name, words in BEHIND.items()]

    def said(self) -> str:
        """Everything the product's own programs have printed."""
        logs = [self.folder / f"{name}.log" for name in ("web1", "web2", *BEHIND)]
        return "\n".join(log.read_text("utf-8", "replace") for log in logs if log.exists())


BEHIND = {name: ("shared.cli", "worker") for name in ("worker1", "worker2")} | {
    "scheduler": ("shared.cli", "scheduler")
}
"""What runs behind the web."""


def answers(port: int) -> bool:
    """Whether somebody takes calls on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def status(port: int, path: str = "/track") -> int:
    """How a port answers, 0 where it doesn't."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[SqliteFile | postgres.Stoppable]:
    """A durable database of the installation's own."""
    if kind == "sqlite":
        yield SqliteFile(folder)
        return
    with postgres.stoppable() as server:
        yield server


@contextmanager
def installation(kind: str, options: list[str] | None = None, **settings: str) -> Iterator[Installation]:
    """One that is set up and not started yet; all of it is gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-f-"))
    forget()
    try:
        with database(kind, folder) as base:
            place = _made(folder, base, settings, options or [])
            try:
                yield place
            finally:
                place.keeper.end()
                with place.app.app_context():
                    db.engine.dispose()
    finally:
        forget()
        shutil.rmtree(folder, ignore_errors=True)


def _made(
    folder: Path, base: SqliteFile | postgres.Stoppable, settings: dict[str, str], options: list[str]
) -> Installation:
    mail, ports = folder / "mail", [free_port(), free_port()]
    mail.mkdir()
    mail_port, socket = free_port(), folder / "socket"
    given = {
        "HUIYIN_ENV": "production",
        "DATABASE_URL": base.url,
        "REDIS_URL": f"unix://{socket}?db=0",
        "SECRET_KEY": "made for a test " * 3,
        "KEY_DIR": str(folder / "keys"),
        "FILES_DIR": str(folder / "files"),
        "CHECKPOINT_DIR": str(folder / "checkpoints"),
        "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "MAIL_FROM": "监察室 <notice@example.cn>",
        "TRUSTED_HOSTS": "127.0.0.1",
        "COOKIE_SECURE": "false",
        "STAFF_SECOND_FACTOR": "optional",
        **settings,
    }
    known = load(given, data_dir=folder / "var")
    crypto.load_keys(known.key_dir, create=True, worker=known.worker_key_dir)
    signing.load(known.key_dir, create=True)
    app = create_app(known)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        made = world.township()
        db.session.remove()
    env = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    env |= given | {"PYTHONUNBUFFERED": "1"}
    place = Installation(folder, base, env, ports, mail_port, app, made, options)
    binary = redis_binary()
    assert binary, "no Redis on this machine: install redis-server"
    sink = [sys.executable, "-m", "tests.support.sink", str(mail_port), str(mail)]
    place.keeper.programs = [
        Program("redis", redis_command(binary, socket, folder), env, folder / "redis.out"),
        Program("mail", sink, env, folder / "mail.log"),
        *(place.program(name, *words) for name, words in BEHIND.items()),
        *(web(place, number) for number in (1, 2)),
    ]
    return place


def web(place: Installation, number: int) -> Program:
    """One of the two web servers."""
    words = [f"--bind=127.0.0.1:{place.ports[number - 1]}", *GUNICORN.split(), "--logger-class=shared.logs.Quiet"]
    return place.program(f"web{number}", "gunicorn", *words, "wsgi:create_app()")


def forget() -> None:
    """What a process remembers of one database must not be believed of another."""
    for part in (queries_portal, calendars, regimes, queries_figures):
        part.forget()


def monday_ahead() -> float:
    """How far the clock must move to stand at nine on a plain Monday: no holiday, no quiet hours, no missing year."""
    return (world.MONDAY - clock.now()).total_seconds()
