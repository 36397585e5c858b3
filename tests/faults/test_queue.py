"""The queue as it really runs: a real Redis, a real RQ worker that forks, a real mail server, and what goes wrong."""

import argparse
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update

from shared import cli, clock, cron, tasks
from shared.db import work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders.email import connect
from shared.services import sending
from shared.services.delivering import deliver
from shared.web import state
from tests.support import world as worlds
from tests.support.mail import MailServer
from tests.support.world import World

BURST = argparse.Namespace(burst=True)


@pytest.fixture
def township(app: Flask, db: SQLAlchemy, smtp: MailServer) -> Iterator[World]:
    """A township whose mail goes to the test's own mail server."""
    known = app.extensions["huiyin"]
    app.extensions["huiyin"] = replace(known, settings=replace(known.settings, smtp_url=smtp.url))
    known.redis.flushdb()
    yield worlds.township()
    app.extensions["huiyin"] = known


def states() -> list[str]:
    with work() as session:
        return sorted(session.scalars(select(OutboxRow.state)))


def test_a_complaint_filed_is_a_letter_in_the_office_moments_later(app: Flask, township: World, smtp: MailServer):
    township.file_case(app, clock.now())
    state.ring()
    cli.worker(BURST)
    assert [m["To"] for m in smtp.messages] == [f"intake{township.institution_id}@example.cn"]
    assert states() == ["dropped", "sent"]


def test_a_bell_lost_with_redis_is_rung_again_by_the_scheduler(app: Flask, township: World, smtp: MailServer):
    township.file_case(app, clock.now())
    state.ring()
    state.state().redis.flushdb()
    cron.round_once()
    cli.worker(BURST)
    assert len(smtp.messages) == 1


def test_two_schedulers_and_many_bells_send_once(app: Flask, township: World, smtp: MailServer):
    township.file_case(app, clock.now())
    for _ in range(3):
        cron.round_once()
        state.ring()
    cli.worker(BURST)
    assert len(smtp.messages) == 1


def test_a_worker_killed_after_the_letter_left_sends_at_most_one_twice(app: Flask, township: World, smtp: MailServer):
    township.file_case(app, clock.now())
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.audience == "citizen").values(state="dropped"))
    claimed = sending.claim(clock.now())
    assert claimed
    with connect(smtp.url, state.settings().mail_from) as line:
        post = tasks._post(state.settings(), line.send)
        [owed] = sending._look_up(claimed, post, clock.now())
        deliver(owed.row, *owed.people[0], post, clock.now())  # killed before the note
    with clock.frozen(clock.now() + dt.timedelta(seconds=61)):
        tasks.send_due()
    assert len({m["Message-ID"] for m in smtp.messages}) == 1
    assert len(smtp.messages) == 2
    assert "queued" not in states()


def test_a_mail_server_that_is_down_delays_and_loses_nothing(app: Flask, township: World, smtp: MailServer):
    smtp.answer = "451 later"
    township.file_case(app, clock.now())
    tasks.send_due()
    assert "queued" in states()
    smtp.answer = "250 OK"
    with clock.frozen(clock.now() + dt.timedelta(minutes=6)):
        cron.round_once()
        tasks.send_due()
    assert len(smtp.messages) == 1
    assert states() == ["dropped", "sent"]


def test_one_notice_that_cannot_be_written_does_not_stop_the_others(app: Flask, township: World, smtp: MailServer):
    township.file_case(app, clock.now())
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.audience == "citizen").values(audience="nobody at all"))
    tasks.send_due()
    assert len(smtp.messages) == 1
    with work() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.audience == "nobody at all")).one()
        assert (row.state, row.outcome) == ("queued", "not_written")
        assert session.scalar(select(func.count(Delivery.id))) == 1


def test_the_bell_is_harmless_when_redis_is_away(app: Flask, township: World):
    known = app.extensions["huiyin"]
    from redis import Redis

    app.extensions["huiyin"] = replace(known, redis=Redis.from_url("unix:///nowhere/socket"))
    state.ring()
    cron.round_once()
