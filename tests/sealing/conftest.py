"""Two institutions whose officers have their keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.support import world as worlds
from tests.support.office import Office, open_office
from tests.support.world import World


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    return worlds.township()


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, worlds.township) as office:
        yield office
