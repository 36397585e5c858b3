"""Runs migrations in one transaction each, on SQLite as on PostgreSQL, so that none is left half done."""

from alembic import context
from flask import current_app

from shared import schema

database = current_app.extensions["migrate"].db
SEARCH_TABLES = "case_text"
LOCK_SECONDS = 5


def include_object(_object, name, kind, _reflected, _compare_to):
    """The search index is made by hand for each engine; FTS5 keeps tables of its own beside it."""
    return not (kind == "table" and name.startswith(SEARCH_TABLES))


def run() -> None:
    """Upgrades or downgrades the application's own database."""
    with schema.alone(database.engine), database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # People are at work: whoever waits for a lock makes all others wait behind (docs/decisions/0020).
            connection.exec_driver_sql(f"set lock_timeout = '{LOCK_SECONDS}s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=include_object,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
