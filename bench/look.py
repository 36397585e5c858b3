"""What is looked at once, outside the timed runs: SQL statements, page weights, a crowd of 32 at the same time."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.serving import WSGIRequestHandler, make_server

from bench import load
from bench.load import Step, Visitor
from bench.targets import Target
from shared.db import db
from tests.support.database import statements

PAGES = {"home": "/", "form": "/submit/what?how=anonymous"}
ASSET = re.compile(r"""<(?:link\b[^>]*rel="stylesheet"[^>]*href|script\b[^>]*src)="([^"]+)""")
CROWD = 32


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, *_about: object) -> None:
        """Nothing."""


@contextmanager
def _served(app: Flask) -> Iterator[tuple[int, Engine]]:
    """The app in this process on a free port, with the engine it uses."""
    server = make_server("127.0.0.1", 0, app, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        engine = db.engine
    try:
        yield server.server_port, engine
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


def count_statements(target: Target, flows: Sequence[str]) -> dict[str, int]:
    """SQL statements of every step, when the process knows already what it reads once in a while."""
    assert target.app
    found: dict[str, int] = {}
    with _served(target.app) as (port, engine):
        for flow in flows:
            for visitor in target.visitors(flow, 2, port):
                found |= _counted(engine, visitor, target.flows[flow])
    return found


def _counted(engine: Engine, visitor: Visitor, steps: list[Step]) -> dict[str, int]:
    found = {}
    for step in steps:
        with statements(engine) as sent:
            visitor.take(step)
        found[step["name"]] = len(sent)
    return found


def weigh(target: Target) -> dict[str, tuple[int, int, int]]:
    """Bytes of public pages: as served, gzipped, and their style sheets and scripts as served."""
    assert target.web
    found = {}
    for name, path in PAGES.items():
        visitor = Visitor("127.0.0.1", target.web.port, encoding="gzip")
        _, answer = visitor.take({"name": name, "get": path})
        packed = len(gzip.compress(answer.text.encode(), 6))
        assets = (visitor.take({"name": one, "get": one})[1] for one in dict.fromkeys(ASSET.findall(answer.text)))
        found[name] = (len(answer.body), packed, sum(len(one.body) for one in assets))
    return found


def crowd(target: Target, seconds: float) -> tuple[int, int, int, int]:
    """32 citizens file at the same time: faults, receipts given, cases stored, notices of receipt queued."""
    assert target.app
    before = _stored(target.app)
    walked = load.run(target.visitors("submit", CROWD), target.flows["submit"], 0, seconds)
    stored, queued = (now - then for now, then in zip(_stored(target.app), before, strict=True))
    given = len({known["given"] for known in walked.kept})
    return sum(bool(one.fault) for one in walked.took), given, stored, queued


def _stored(app: Flask) -> tuple[int, int]:
    with app.app_context(), db.engine.connect() as connection:
        cases = connection.scalar(text('select count(*) from "case"'))
        notices = text("select count(*) from outbox where notice = 'received' and audience = 'citizen'")
        found = cases or 0, connection.scalar(notices) or 0
    with app.app_context():
        db.engine.dispose()
    return found
