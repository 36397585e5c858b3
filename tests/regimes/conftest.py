"""A township under R2 and a county under R5 for every regime test."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.support import world as worlds


@pytest.fixture
def township(db: SQLAlchemy) -> worlds.World:
    return worlds.township()


@pytest.fixture
def county(db: SQLAlchemy) -> worlds.World:
    return worlds.county()
