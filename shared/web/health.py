"""Two addresses for machines: the process lives, and it can do its work. Neither tells of anybody, nor a version."""

from __future__ import annotations

from flask import Flask, Response
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shared import crypto
from shared.services import queries_health
from shared.web import state

AWAY = "away"
GOOD = frozenset({"ok", "fits", "newer", "degraded"})


def healthz() -> Response:
    """The process answers; it asks nothing of anybody."""
    return Response("ok\n", mimetype="text/plain")


def readyz() -> Response:
    """Each part in a line of its own; 503 where one is missing without which nothing can be taken in."""
    database, schema = _database()
    parts = {"database": database, "schema": schema, "keys": _keys(), "redis": _redis()}
    told = "".join(f"{name} {how}\n" for name, how in parts.items())
    return Response(told, 200 if set(parts.values()) <= GOOD else 503, mimetype="text/plain")


def _database() -> tuple[str, str]:
    try:
        return "ok", queries_health.schema()
    except SQLAlchemyError:
        return AWAY, "unknown"


def _keys() -> str:
    try:
        return "ok" if crypto.keyed_hash(state.keys(), "ready", "") else AWAY
    except KeyError:
        return AWAY


def _redis() -> str:
    """R3: without it letters leave half a minute later, and all else goes on."""
    try:
        return "ok" if state.state().redis.ping() else "degraded"
    except RedisError:
        return "degraded"


def init(app: Flask) -> None:
    """Adds the two addresses, to whichever surface runs here."""
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
