"""Migrations lead up and down, and up to what the models say."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from shared.db import Base, db
from tests.support import world

FOLDER = str(Path(__file__).resolve().parents[2] / "migrations")


def _ours(_object: object, name: str | None, kind: str, *_more: object) -> bool:
    return not (kind == "table" and (name or "").startswith("case_text"))


def test_the_models_are_what_the_migrations_make(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again_with_data(app: Flask) -> None:
    with app.app_context():
        world.township()
        db.session.remove()
        downgrade(directory=FOLDER, revision="base")
        try:
            left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
            assert not left
        finally:
            upgrade(directory=FOLDER)
        assert "case" in inspect(db.engine).get_table_names()
