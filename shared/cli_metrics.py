"""The command that serves the figures for Prometheus, one for each host."""

from __future__ import annotations

import argparse
import signal
import threading

from flask import Flask, current_app
from redis import RedisError
from rq.registry import FailedJobRegistry, StartedJobRegistry
from sqlalchemy.exc import SQLAlchemyError

from shared import clock, metrics
from shared.db import db
from shared.processes import say
from shared.services import queries_health
from shared.services.queries_health import Figures
from shared.web import state


def run(_given: argparse.Namespace) -> int:
    """Serves until told to stop."""
    settings, over = state.settings(), threading.Event()
    if not settings.metrics_port:
        say("✗ 先设置 METRICS_PORT (set METRICS_PORT first)")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a look comes in its own thread

    def ask() -> metrics.Asked:
        with app.app_context():
            return metrics.Asked(_figures(), _jobs())

    metrics.serve(settings.metrics_bind, settings.metrics_port, ask, over)
    return 0


def _figures() -> Figures | None:
    try:
        return queries_health.figures(clock.now())
    except SQLAlchemyError:
        return None
    finally:
        db.session.remove()


def _jobs() -> dict[str, int] | None:
    queue = state.queue()
    try:
        started, failed = StartedJobRegistry(queue=queue), FailedJobRegistry(queue=queue)
        return {"waiting": queue.count, "started": started.count, "failed": failed.count}
    except RedisError:
        return None
