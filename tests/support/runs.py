"""`./huiyin test` is two runs, on one database after the other: what no database can change is done in one of them."""

import os
from collections.abc import Sequence

import pytest

RUN = os.environ.get("HUIYIN_TEST_RUN", "")
"""first or second; nothing where somebody runs pytest on one database alone, and then everything is done."""
SECOND = RUN == "second"
ON_A_DATABASE = frozenset({"settings", "schema", "app", "db"})
WITHOUT = ("domain", "house")
"""Folders of which most opens no database."""


def divided(cases: Sequence[str]) -> list[str]:
    """Each of the two runs takes every other one of what takes long."""
    return list({"first": cases[0::2], "second": cases[1::2]}.get(RUN, cases))


def needs_this_database(item: pytest.Item) -> bool:
    """Whether a second run can show anything that the first hasn't."""
    if item.get_closest_marker("once") or _without_script(item):
        return False
    folder = item.path.relative_to(item.config.rootpath / "tests").parts[0]
    return folder not in WITHOUT or bool(ON_A_DATABASE & set(getattr(item, "fixturenames", ())))


def _without_script(item: pytest.Item) -> bool:
    """A journey whose browser runs no script: the one that does asks the same of the database."""
    return (
        isinstance(item, pytest.Function) and hasattr(item, "callspec") and not item.callspec.params.get("script", True)
    )
