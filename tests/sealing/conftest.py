"""Two institutions whose officers have their keys."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.support import world as worlds
from tests.support.world import World


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    return worlds.township()
