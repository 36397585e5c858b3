"""Public figures: released once, never changed, and nobody can work a small number out of them."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import reading
from shared.models.release import Release
from shared.services import answers, queries_figures, releases
from shared.services.answers import Told
from tests.support import world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
NEXT_MONTH = dt.datetime(2026, 10, 9, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def town(app: Flask) -> Iterator[world.World]:
    with app.app_context():
        made = world.township()
    with clock.frozen(NEXT_MONTH):
        yield made


def complain(app: Flask, town: world.World, n: int, at: dt.datetime = NOW) -> list[int]:
    return [world.accepted(app, town, at) for _ in range(n)]


def table(client: CheckedClient, title: str) -> dict[str, str]:
    queries_figures.forget()
    rows = csv.reader(io.StringIO(client.get("/stats.csv").data.decode("utf-8-sig")))
    return {row[2]: row[3] for row in rows if row[1] == title}


def answer(town: world.World, cases: list[int], at: dt.datetime) -> None:
    for case_id in cases:
        answers.answer_at_once(case_id, town.actor("intake"), at, Told("online", "已经更新。"))


def test_page_reads_releases_only(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        complain(app, town, 21)
    assert table(client, "收到的投诉") == {}
    assert "还没有公布过数字" in client.get("/stats").text
    with app.app_context():
        assert releases.make(NEXT_MONTH) == 1
    assert table(client, "收到的投诉")["合计"] == "21"
    assert "2026年9月" in client.get("/stats").text


def test_released_figures_never_change(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        cases = complain(app, town, 21)
        releases.make(NEXT_MONTH)
        before = client.get("/stats.csv").data
        complain(app, town, 9)
        answer(town, cases, NOW + dt.timedelta(days=1))
        assert releases.make(NEXT_MONTH + dt.timedelta(days=5)) == 0
    queries_figures.forget()
    assert client.get("/stats.csv").data == before


def test_running_month_is_not_counted(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        complain(app, town, 21)
        complain(app, town, 30, NEXT_MONTH - dt.timedelta(days=2))
        releases.make(NEXT_MONTH)
    assert table(client, "收到的投诉")["合计"] == "21"


def test_too_few_wait_for_the_next_month_and_are_counted_once(
    app: Flask, client: CheckedClient, town: world.World
) -> None:
    november = NEXT_MONTH + dt.timedelta(days=30)
    with app.app_context():
        complain(app, town, 12)
        complain(app, town, 11, NEXT_MONTH)
        assert releases.make(november) == 2
        with reading() as session:
            first, second = session.scalars(select(Release).order_by(Release.month)).all()
    assert "categories" not in first.tables
    assert second.tables["categories"]["total"] == 23
    assert second.tables["categories"]["first"] == "2026-09-01"
    assert "2026年9月至2026年10月" in client.get("/stats").text
    assert "并入以后的月份" in client.get("/stats?month=2026-09").text


def test_outcome_that_all_share_is_told_as_the_total_alone(
    app: Flask, client: CheckedClient, town: world.World
) -> None:
    with app.app_context():
        answer(town, complain(app, town, 21), NOW)
        releases.make(NEXT_MONTH)
    shown = table(client, "办理结果")
    assert shown.pop("合计") == "21"
    assert set(shown.values()) == {"不公布"}


def test_unit_is_named_with_ten_at_least(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        for _ in range(38):
            world.transferred(app, town, NOW)
        from shared.services import slips

        for case_id in complain(app, town, 8):
            unit = town.unit["villages"]
            slips.transfer(case_id, town.actor("dispatcher"), NOW, unit_id=unit, points="何时更新", text="公开栏")
        releases.make(NEXT_MONTH)
    assert table(client, "转给各单位") == {"合计": "46", "财政所": "不公布", "村镇建设办": "不公布"}


def test_month_is_settled_before_it_is_counted(app: Flask, town: world.World) -> None:
    with app.app_context():
        complain(app, town, 2)
        assert releases.make(dt.datetime(2026, 10, 3, 2, 0, tzinfo=dt.UTC)) == 0
        assert releases.make(dt.datetime(2026, 10, 4, 2, 0, tzinfo=dt.UTC)) == 1


@pytest.mark.parametrize("asked", ["2026-08", "²", "9999-99"])
def test_month_without_a_release_is_not_found(app: Flask, client: CheckedClient, town: world.World, asked: str) -> None:
    with app.app_context():
        complain(app, town, 2)
        releases.make(NEXT_MONTH)
    assert client.get(f"/stats?month={asked}").status_code == 404
