"""Tells the metrics process of each request: which page, how long, how many statements; nothing of who or what."""

from __future__ import annotations

import time

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import event

from shared.config import Settings
from shared.db import db
from shared.metrics import Seen, Teller


def init(app: Flask, settings: Settings) -> None:
    """Counts and times, where METRICS_PORT is set; otherwise nothing is added to any request."""
    if not settings.metrics_port:
        return
    teller = Teller(settings.metrics_port)

    def begin() -> None:
        g.begun, g.statements = time.perf_counter(), 0

    def end(response: Response) -> Response:
        if request.endpoint != "static" and "begun" in g:
            page = request.url_rule.rule if request.url_rule else "none"
            zone = "office" if request.blueprint == "office" else "public"
            taken = time.perf_counter() - g.begun
            teller.tell(Seen(zone, request.method, page, response.status_code, taken, g.statements))
        return response

    # First of all and last of all, so that the whole answer is in the time.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _count)


def _count(*_given: object) -> None:
    if has_request_context():
        g.statements = g.get("statements", 0) + 1
