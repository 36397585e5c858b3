"""A township's and a county's staff for every test of the back office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import world as w
from tests.support.office import Office, open_office


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, w.township) as office:
        yield office


@pytest.fixture
def county(app: Flask) -> Iterator[Office]:
    with open_office(app, w.county) as office:
        yield office
