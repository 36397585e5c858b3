"""A second installation with the same keys: an empty database of the same kind, files in a folder of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from shared import schema
from shared.config import Settings
from shared.db import db
from tests.support import postgres, world
from wsgi import create_app


def empty_database(folder: Path) -> str:
    """The address of a database without tables, of the kind that this run is about."""
    if os.environ.get("HUIYIN_TEST_DATABASE", "sqlite") == "sqlite":
        return f"sqlite:///{folder / f'other-{secrets.token_hex(4)}.sqlite'}"
    url = postgres.new_database(os.environ["HUIYIN_PG_URL"], f"huiyin_other_{secrets.token_hex(4)}")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def installation(settings: Settings, folder: Path, **changes: Any) -> Iterator[Flask]:
    """An application of its own on an empty database."""
    given = {"database_url": empty_database(folder), "files_dir": folder / "files", **changes}
    app = create_app(replace(settings, **given))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def township(settings: Settings, folder: Path, **changes: Any) -> Iterator[Flask]:
    """One with its tables and the township in it, for programs of their own to work on."""
    with installation(settings, folder, env="demo", **changes) as app:
        with app.app_context():
            schema.upgrade()
            world.township()
            db.session.remove()
            db.engine.dispose()
        yield app


def count(app: Flask, model: Any, *where: Any) -> int:
    """Rows of a table."""
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
        db.session.remove()
        return found


def environment(app: Flask) -> dict[str, str]:
    """The settings under which a program of its own works on such an application's database."""
    given = app.extensions["huiyin"].settings
    places = {"KEY_DIR": given.key_dir, "FILES_DIR": given.files_dir, "CHECKPOINT_DIR": given.checkpoint_dir}
    own = {"HUIYIN_ENV": "demo", "DATABASE_URL": given.database_url, "REDIS_URL": "redis://127.0.0.1:1/0"}
    return {**os.environ, **own, **{name: str(place) for name, place in places.items()}}
