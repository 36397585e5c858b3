"""What every test may ask for: settings, the app on a real database, a client that checks pages, real servers."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser
from redis import Redis

from shared.config import Settings, load
from shared.db import db as database
from shared.services import calendars, queries_figures, queries_portal, queries_work, regimes
from tests.support import browser as browsers
from tests.support import launch, mail, postgres, redis, runs
from tests.support.database import Schema, make_schema, statements
from tests.support.pages import CheckedClient

ENGINE = os.environ.get("HUIYIN_TEST_DATABASE", "sqlite")
_servers = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run, started by the first process; and no net but this machine's own (R20)."""
    launch.cut_net()
    if ENGINE not in ("sqlite", "postgresql"):
        raise pytest.UsageError("HUIYIN_TEST_DATABASE is sqlite or postgresql")
    if ENGINE == "postgresql" and not hasattr(config, "workerinput"):
        os.environ["HUIYIN_PG_URL"] = _servers.enter_context(postgres.server())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second of two runs leaves out what opens no database."""
    if runs.SECOND:
        shows = {item: runs.needs_this_database(item) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not shows[item]])
        items[:] = [item for item in items if shows[item]]


def pytest_unconfigure() -> None:
    _servers.close()


def pytest_report_header() -> str:
    return f"database: {ENGINE}"


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a real Redis, one for each test process."""
    with redis.server() as url:
        yield url


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, redis_server: str, worker_id: str) -> Settings:
    """Settings of a test installation on the chosen database, everything else in a folder of its own."""
    folder = tmp_path_factory.mktemp("huiyin")
    given = {"HUIYIN_ENV": "test", "REDIS_URL": redis_server, "SECRET_KEY": "test" * 10}
    if ENGINE == "postgresql":
        given["DATABASE_URL"] = postgres.new_database(os.environ["HUIYIN_PG_URL"], f"huiyin_test_{worker_id}")
    return load(given, data_dir=folder)


@pytest.fixture(scope="session")
def schema(settings: Settings) -> Iterator[Schema]:
    """The app and its migrated database; tests ask for `app`, which puts the database back after each."""
    from wsgi import create_app

    app = create_app(settings)
    app.testing = True
    app.test_client_class = CheckedClient
    made = make_schema(app, settings.data_dir)
    yield made
    made.engine.dispose()


@pytest.fixture
def app(schema: Schema, settings: Settings) -> Iterator[Flask]:
    """The whole application; whatever a test commits or queues is gone when it ends."""
    _forget()  # another test may have filled the same place in its own way
    yield schema.app
    schema.restore()
    with Redis.from_url(settings.redis_url) as queues:
        queues.flushall()
    _forget()


def _forget() -> None:
    from backoffice import nav
    from shared.web import kept

    for part in (calendars, regimes, queries_portal, queries_figures, queries_work, nav, kept):
        part.forget()


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database inside an application context, for tests that call services."""
    with app.app_context():
        yield database
        database.session.remove()


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser without JavaScript: every page it opens must pass the standing checks."""
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    return made


@pytest.fixture
def smtp() -> Iterator[mail.MailServer]:
    """A real mail server; `smtp.url` is its address, `smtp.messages` what it took."""
    with mail.server() as sink:
        yield sink


@pytest.fixture
def count_sql(schema: Schema) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_sql() as sent:` gathers the SQL statements sent inside."""
    return lambda: statements(schema.engine)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, one for each test process."""
    with browsers.browser() as opened:
        yield opened


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address of the application on a real port."""
    with browsers.web_server(app) as address:
        yield address
