"""An installation that lives for one measurement: a folder of its own, an empty migrated database, a Redis."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench import servers
from shared.config import ROOT, load
from shared.db import db
from tests.support import postgres, redis

ENGINES = ("postgresql", "sqlite")


@dataclass
class Installed:
    """The application in this process, and what runs for it."""

    engine: str
    folder: Path
    env: dict[str, str]
    app: Flask
    db_pids: list[int]


@contextmanager
def installed(engine: str, **settings: str) -> Iterator[Installed]:
    """One on this engine ('postgresql' or 'sqlite'), with these settings beside the usual ones; gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
        database, pids = f"sqlite:///{folder / 'bench.sqlite'}", list[int]()
        if engine == "postgresql":
            address, pids = stack.enter_context(servers.postgresql())
            database = postgres.new_database(address, "huiyin_bench")
        env = servers.settings_of(folder / "place", database, stack.enter_context(redis.server())) | settings
        app = application(env)
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            let_go()
        yield Installed(engine, folder, env, app, pids)


def on_each_engine(
    arguments: list[str],
    about: str | None,
    counted: str,
    n: int,
    measure: Callable[[Installed, int], bool],
    **settings: str,
) -> int:
    """Measures on each engine that is asked for; 1 where one of them says that its goal isn't held.

    `counted` names what there are n of: `--cases`, `--events`, `--people`.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--engine", choices=ENGINES, nargs="+", default=list(ENGINES))
    parser.add_argument(f"--{counted}", dest="n", metavar="N", type=int, default=n)
    given, wrong = parser.parse_args(arguments), False
    for engine in given.engine:
        with installed(engine, **settings) as place:
            wrong |= measure(place, given.n)
    return int(wrong)


def application(env: dict[str, str]) -> Flask:
    """The whole application with these settings, in this process."""
    from wsgi import create_app

    return create_app(load(env, data_dir=Path(env["BENCH_DIR"])))


def let_go() -> None:
    """Closes this process's connections, so that others find the database free."""
    db.session.remove()
    db.engine.dispose()
