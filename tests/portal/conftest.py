"""An office that a citizen's browser opens, on a Monday morning."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from shared import clock
from tests.support import world


@pytest.fixture
def town(app: Flask) -> Iterator[world.World]:
    with app.app_context():
        made = world.township()
    with clock.frozen(world.MONDAY):  # outside the context: requests that share one would share what is known in it
        yield made


@pytest.fixture
def bureau(app: Flask) -> Iterator[world.World]:
    with app.app_context():
        made = world.county()
    with clock.frozen(world.MONDAY):
        yield made
