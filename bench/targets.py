"""The programs that are compared, each on a filled database: raw floor, ORM floor, the product at every size."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from flask import Flask
from redis import Redis

from bench import data, load, machine, servers
from bench.data import Filled
from bench.floor import seed
from bench.load import Step, Visitor
from bench.report import Key
from shared.config import load as load_settings
from tests.support import postgres
from tests.support import redis as redis_support
from wsgi import create_app

HERE = Path(__file__).parent
WHO = {"track": "citizen", "queue": "staff", "deep": "staff", "search": "staff", "search all": "staff"}
WHO["staff case"] = "staff"
"""Who has to sign in before a flow is measured."""


@dataclass
class Target:
    """A program, the flows it knows, what it runs on."""

    key: Key
    application: str
    env: dict[str, str]
    db_pids: list[int]
    flows: dict[str, list[Step]] = field(default_factory=dict)
    app: Flask | None = None
    """Of the product: the application in this process, to look into its database."""
    known: dict[str, str] = field(default_factory=dict)
    receipts: Iterator[tuple[str, str]] = cycle([("", "")])
    web: servers.Web | None = None

    def __post_init__(self) -> None:
        self.flows = load.read(HERE / "scenarios" / f"{self.key.target}.toml")

    @property
    def pid(self) -> int:
        """The master of its web processes."""
        assert self.web
        return self.web.process.pid

    def visitors(self, flow: str, n: int, port: int = 0) -> list[Visitor]:
        """So many visitors at the running web server, signed in where the flow needs it."""
        port = port or (self.web.port if self.web else 0)
        made = [Visitor("127.0.0.1", port, dict(self.known)) for _ in range(n)]
        role = WHO.get(flow, "") if self.app else ""
        for visitor in made:
            visitor.known["receipt"], visitor.known["code"] = next(self.receipts)
            for step in self.flows.get(role, []):
                visitor.take(step)
        if role == "staff":  # one walks far into the queue, the others are told where that is
            for step in self.flows["deeper"]:
                made[0].take(step)
            for visitor in made[1:]:
                visitor.known |= {name: made[0].known[name] for name in ("next", "case")}
        return made


def fill(stack: ExitStack, folder: Path, given: argparse.Namespace) -> Iterator[Target]:
    """Every program on every database, filled, not yet started."""
    redis = stack.enter_context(redis_support.server())
    redis_pid = int(Redis.from_url(redis).info("server")["process_id"])
    for engine in given.engine:
        server, pids = stack.enter_context(servers.postgresql()) if engine == "postgresql" else ("", [])

        def place(name: str, server: str = server) -> str:
            return postgres.new_database(server, name) if server else f"sqlite:///{folder / name}.sqlite"

        yield from _floors(engine, place("floor"), max(given.sizes), pids)
        for n in given.sizes:
            machine.say(f"filling {engine} with {n} cases")
            env = servers.settings_of(folder / f"{engine}-{n}", place(f"huiyin_{n}"), redis)
            yield _product(Key(engine, "product", n), env, [*pids, redis_pid])


def _floors(engine: str, address: str, n: int, pids: list[int]) -> Iterator[Target]:
    plain = address.removeprefix("sqlite:///")
    (seed.seed_postgresql if engine == "postgresql" else seed.seed_sqlite)(plain, n)
    yield Target(Key(engine, "raw", n), "bench.floor.app:app", {"DB": plain}, pids)
    with_driver = address.replace("postgresql:", "postgresql+psycopg:")
    yield Target(Key(engine, "orm", n), "bench.floor.orm:app", {"DB": with_driver}, pids)


def _product(key: Key, env: dict[str, str], pids: list[int]) -> Target:
    app = create_app(load_settings(env, data_dir=Path(env["BENCH_DIR"])))
    filled: Filled = data.fill(app, key.n)
    known = {"username": filled.username, "password": filled.password, "rare": filled.rare, "common": filled.common}
    return Target(key, "bench.product:app()", env, pids, app=app, known=known, receipts=cycle(filled.receipts))
