"""Figures for Prometheus from the real process: what is counted, what is held back, what never shows."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from prometheus_client import CollectorRegistry, generate_latest

from shared import clock, metrics
from shared.config import Settings
from shared.metrics import Asked, Requests, Seen, Teller
from shared.servers import free_port
from shared.services import queries_health
from shared.services.queries_health import Figures
from tests.support import world
from tests.support.programs import until
from wsgi import create_app

PUBLIC = Seen("public", "POST", "/submit/check", 303, 0.2, 9)


def shown(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


def served(port: int) -> bool:
    try:
        return bool(shown(port))
    except URLError:
        return False


@pytest.fixture
def port() -> Iterator[int]:
    """A metrics process' inside on a port of its own; the database says what the test makes it say."""
    over, port = threading.Event(), free_port()
    figures = Figures({"queued": 3, "parked": 1}, 12.5, 40, 2)
    given = ("127.0.0.1", port, lambda: Asked(figures, None), over)
    thread = threading.Thread(target=metrics.serve, args=given)
    thread.start()
    until(lambda: served(port), 20)
    yield port
    over.set()
    thread.join(10)


def test_requests_of_staff_are_told_at_once_by_pattern_with_their_statements(port: int, settings: Settings) -> None:
    app = create_app(replace(settings, metrics_port=port))
    app.test_client().get("/office/case/77")
    until(lambda: 'page="/office/case/<int(max=9007199254740991):case_id>"' in shown(port), 10)
    assert 'status="3xx"' in shown(port)
    assert "77" not in shown(port)


def test_what_waits_and_what_is_late_is_asked_of_the_database(port: int) -> None:
    lines = shown(port).splitlines()
    assert {"huiyin_cases_overdue 2.0", "huiyin_notices_oldest_due_seconds 12.5", "huiyin_redis_up 0.0"} <= set(lines)
    assert 'huiyin_notices{state="parked"} 1.0' in lines


def test_one_citizen_s_step_shows_in_no_figure_ten_do() -> None:
    registry = CollectorRegistry()
    requests = Requests(registry)
    before = generate_latest(registry)
    for n in range(1, metrics.TOGETHER + 1):
        requests.take(PUBLIC)
        assert (generate_latest(registry) == before) is (n < metrics.TOGETHER)
    assert b"_created" not in generate_latest(registry)


def test_a_fault_of_ours_is_told_at_once_without_its_time() -> None:
    registry = CollectorRegistry()
    Requests(registry).take(replace(PUBLIC, status=503))
    told = generate_latest(registry).decode()
    assert 'status="5xx",zone="public"} 1.0' in told
    assert "huiyin_public_seconds_count" not in told


def test_nobody_listening_costs_nothing_and_nonsense_is_passed_over(port: int) -> None:
    nobody, somebody = Teller(free_port()), Teller(port)
    nobody.tell(PUBLIC)
    somebody.socket.sendto(b"\xff nonsense", somebody.to)
    somebody.tell(replace(PUBLIC, zone="office", page="/office/queue"))
    until(lambda: "/office/queue" in shown(port), 10)


def test_without_a_port_nothing_is_added_to_a_request(app: Flask) -> None:
    assert not any("telling" in f.__module__ for f in app.after_request_funcs[None])


def test_the_figures_are_those_of_the_rows(app: Flask, db: SQLAlchemy) -> None:
    town = world.township()
    with clock.frozen(world.MONDAY):
        world.accepted(app, town)
    now = queries_health.figures(world.MONDAY + dt.timedelta(minutes=1))
    assert (now.open_cases, now.overdue_cases, now.oldest_due) == (1, 0, 60.0)
    assert now.notices["queued"] > 0
    assert queries_health.figures(world.MONDAY + dt.timedelta(days=200)).overdue_cases == 1


def test_the_next_year_s_calendar_is_missed_from_november_on(db: SQLAlchemy) -> None:
    world.township()
    days = (dt.datetime(2026, 10, 31, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert [queries_health.figures(day).calendar_missing for day in days] == [False, True]
