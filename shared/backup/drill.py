"""A place for a drill: a database that is made for it and gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from shared.config import Settings
from shared.domain.errors import Refused


@contextmanager
def place(settings: Settings) -> Iterator[Settings]:
    """The same settings with an empty database of the same kind; raises Refused('no_right_to_create')."""
    if settings.database_url.startswith("sqlite"):
        folder = Path(tempfile.mkdtemp(prefix="huiyin-drill-"))
        try:
            yield replace(settings, database_url=f"sqlite:///{folder / 'drill.sqlite'}")
        finally:
            shutil.rmtree(folder)
        return
    name = f"huiyin_drill_{secrets.token_hex(6)}"
    url = make_url(settings.database_url)
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise Refused("no_right_to_create") from None
        try:
            made = url.set(database=name).render_as_string(hide_password=False)
            yield replace(settings, database_url=made)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
