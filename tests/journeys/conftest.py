"""The people of the journeys, each in a browser of their own, with JavaScript and without."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from shared import clock
from tests.journeys.citizen import Citizen
from tests.journeys.staff import Staff
from tests.support import world
from tests.support.world import MONDAY, World

Opens = Callable[..., Any]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers run JavaScript."""
    return bool(request.param)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The journeys take place on one plain morning."""
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def town(app: Flask) -> World:
    """The township under R2."""
    with app.app_context():
        return world.township()


@pytest.fixture
def shire(app: Flask) -> World:
    """The county under R5."""
    with app.app_context():
        return world.county()


@pytest.fixture
def opens(chromium: Browser, live: str, script: bool) -> Iterator[Opens]:
    """`opens(Citizen, width=375)` is a window of one more person."""
    with ExitStack() as closing:

        def make(kind: type[Any], **more: Any) -> Any:
            window = kind(chromium, live, **{"script": script, **more})
            closing.callback(window.close)
            return window

        yield make


@pytest.fixture
def citizen(opens: Opens) -> Citizen:
    """A citizen's browser."""
    made: Citizen = opens(Citizen)
    return made


@pytest.fixture
def staff(opens: Opens) -> Staff:
    """A desk of the back office."""
    made: Staff = opens(Staff, width=1366, height=768)
    return made
