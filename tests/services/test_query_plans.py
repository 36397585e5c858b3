"""SQLite keeps no statistics: what is asked again and again must not lead it through every case there ever was."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, create_engine, event, select

import shared.models  # noqa: F401  # fills the metadata
from shared import clock
from shared.db import Base
from shared.models.case import Case
from shared.services import erasing, queries_queue

FACTS = {"here": 1, "me": 1, "now": clock.now(), "tonight": clock.now()}


@pytest.fixture(scope="module")
def empty() -> Iterator[Connection]:
    """An empty SQLite database with every table and index."""
    with create_engine("sqlite://").connect() as connection:
        Base.metadata.create_all(connection)
        yield connection


def plan(connection: Connection, asked: Executable, **facts: object) -> list[str]:
    """How SQLite would walk through tables for this."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    connection.execute(asked, facts)
    event.remove(connection, "before_cursor_execute", keep)
    [(statement, parameters)] = sent
    return [row[3] for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)]


def walks(steps: list[str], table: str) -> list[str]:
    """By which indices a table is searched, and with what."""
    return [step.split(f"{table} USING ", 1)[1] for step in steps if f" {table} USING " in step]


def test_what_stands_beside_every_page_is_found_without_walking_through_the_institution(empty: Connection) -> None:
    assert walks(plan(empty, queries_queue.BESIDE, **FACTS), "case") == [
        "INDEX ix_case_open_due (institution_id=? AND due_at<?)",
        "INDEX ix_case_open_due (institution_id=? AND due_at>? AND due_at<?)",
        "INTEGER PRIMARY KEY (rowid=?)",
        "INDEX ix_case_held",
    ]


def test_the_end_of_a_case_is_looked_for_among_its_own_events(empty: Connection) -> None:
    asked = select(Case.id, erasing.ended_at(Case.id).correlate(Case).scalar_subquery())
    [way] = walks(plan(empty, asked), "event")
    assert way.endswith("(case_id=?)")


@pytest.mark.parametrize("view", queries_queue.VIEWS)
def test_a_page_of_the_queue_is_read_in_the_order_of_an_index(empty: Connection, view: str) -> None:
    sort = "received" if view == "all" else "due"
    steps = plan(empty, queries_queue._question(view, sort, False, False, ()), **FACTS)
    assert walks(steps, "case")
    assert not [step for step in steps if "TEMP B-TREE" in step]
