"""Periodic work in the database: done by one, never missed, caught up once, failed ones tried again soon."""

import datetime as dt
import threading

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shared import clock, cron
from shared.db import db as database
from shared.db import work
from shared.models.duty import Duty
from shared.services import duties
from tests.support.world import MONDAY

DAY = dt.timedelta(days=1)
EVERY = {"report": DAY, "digest": DAY}


def row(name: str) -> Duty:
    with work() as session:
        found = session.scalars(select(Duty).where(Duty.name == name)).one()
        session.expunge(found)
        return found


def take(name: str, now: dt.datetime) -> duties.Taken:
    taken = duties.take(name, now)
    assert taken
    return taken


def test_a_new_duty_is_due_at_once_and_then_after_its_time(app: Flask, db: SQLAlchemy):
    assert duties.due(EVERY, MONDAY) == ["report", "digest"]
    duties.done(take("report", MONDAY), DAY)
    assert duties.due(EVERY, MONDAY + DAY / 2) == ["digest"]
    assert duties.due(EVERY, MONDAY + DAY) == ["report", "digest"]


def test_what_was_missed_for_days_is_caught_up_once(app: Flask, db: SQLAlchemy):
    duties.due(EVERY, MONDAY)
    duties.done(take("report", MONDAY), DAY)
    late = MONDAY + 5 * DAY
    duties.done(take("report", late), DAY)
    assert duties.take("report", late + DAY / 2) is None


def test_of_many_schedulers_at_the_same_moment_one_has_the_duty(app: Flask, db: SQLAlchemy):
    duties.due(EVERY, MONDAY)
    got: list[duties.Taken | None] = []

    def run() -> None:
        with app.app_context():
            got.append(duties.take("report", MONDAY))
            database.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len([one for one in got if one]) == 1


def test_a_duty_whose_scheduler_died_is_free_after_its_lease_and_the_dead_one_says_nothing(app: Flask, db: SQLAlchemy):
    duties.due(EVERY, MONDAY)
    dead = take("report", MONDAY)
    assert duties.take("report", MONDAY + duties.LEASE / 2) is None
    alive = take("report", MONDAY + duties.LEASE)
    duties.done(dead, DAY)
    assert row("report").last_run is None
    duties.done(alive, DAY)
    assert row("report").last_run == MONDAY + duties.LEASE


def test_a_duty_that_failed_is_tried_again_soon_and_leaves_the_others_alone(
    app: Flask, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []
    bad = cron.Duty("report", DAY, lambda _now: 1 // 0)
    monkeypatch.setattr(cron, "DUTIES", (bad, cron.Duty("digest", DAY, lambda _now: done.append("digest"))))
    with clock.frozen(MONDAY):
        cron.round_once()
    assert done == ["digest"]
    assert (row("report").faults, row("report").last_run) == (1, None)
    assert duties.due(EVERY, MONDAY + duties.SOON) == ["report"]


def test_every_duty_has_a_name_of_its_own():
    assert len({duty.name for duty in cron.DUTIES}) == len(cron.DUTIES)
