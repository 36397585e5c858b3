"""R2, R3, R16: workers and schedulers as real processes, killed without warning; Redis emptied or gone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from redis import Redis
from sqlalchemy import func, insert, select, update

from shared import clock, cron, tasks
from shared.config import Settings
from shared.db import work
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.duty import Duty
from shared.models.outbox import OutboxRow
from shared.services import sending
from shared.web import state
from tests.support import world as worlds
from tests.support.killing import horses, kill, program, until
from tests.support.mail import MailServer
from tests.support.world import World

LETTERS = 12


@pytest.fixture
def township(app: Flask, db: SQLAlchemy, smtp: MailServer) -> Iterator[World]:
    """A township whose mail goes to the test's own server; nothing is owed yet."""
    known = app.extensions["huiyin"]
    app.extensions["huiyin"] = replace(known, settings=replace(known.settings, smtp_url=smtp.url))
    made = worlds.township()
    made.file_case(app, clock.now())
    with work() as session:
        session.execute(update(OutboxRow).values(state="dropped"))
    yield made
    app.extensions["huiyin"] = known


def owe(n: int = LETTERS) -> None:
    now = clock.now()
    with work() as session:
        case_id, place = session.execute(select(Case.id, Case.institution_id)).first() or (0, 0)
        one = {"case_id": case_id, "institution_id": place, "notice": "case_received", "audience": "office_intake"}
        session.execute(insert(OutboxRow), [{**one, "not_before": now, "created_at": now} for _ in range(n)])


def sent() -> int:
    with work() as session:
        return session.scalar(select(func.count()).where(OutboxRow.state == "sent")) or 0


def copies(smtp: MailServer) -> Counter[str]:
    return Counter(str(letter["Message-ID"]) for letter in smtp.messages)


@pytest.mark.parametrize("victims", ["worker", "horse", "both"])
def test_killed_in_the_middle_of_a_batch_loses_nothing_and_doubles_one_letter_at_most(
    township: World, smtp: MailServer, settings: Settings, victims: str
):
    owe()
    smtp.pause = 0.1
    with program("worker", settings, SMTP_URL=smtp.url) as worker:
        state.ring()
        until(lambda: len(smtp.messages) >= 4)
        killed = horses(worker) if victims != "worker" else []
        for pid in [*killed, *([worker.pid] if victims != "horse" else [])]:
            kill(pid)
        if victims == "worker":  # its horse is a group of its own and goes on
            until(lambda: sent() == LETTERS)
    with clock.frozen(clock.now() + sending.LEASE):
        tasks.send_due()
    assert sent() == LETTERS
    assert len(copies(smtp)) == LETTERS
    assert smtp.messages[LETTERS + 1 :] == []


def test_a_killed_workers_notices_are_taken_up_within_a_minute(township: World, smtp: MailServer):
    owe(1)
    assert sending.claim(clock.now())
    with clock.frozen(clock.now() + dt.timedelta(seconds=60) - cron.TICK):
        cron.round_once()
        assert state.queue().count == 1
        tasks.send_due()
    assert sent() == 1


def test_a_worker_goes_on_after_redis_was_emptied(township: World, smtp: MailServer, settings: Settings):
    with program("worker", settings, SMTP_URL=smtp.url):
        owe(1)
        state.ring()
        until(lambda: sent() == 1)
        state.ring()
        with Redis.from_url(settings.redis_url) as redis:
            redis.flushall()
        owe(3)  # whose bell is lost
        with clock.frozen(clock.now() + cron.TICK):
            cron.round_once()
        until(lambda: sent() == 4)


def test_many_bells_are_one_job(township: World):
    for _ in range(50):
        state.ring()
    assert state.queue().count == 1
    state.answer_bell()
    state.ring()
    assert state.queue().count == 2


def test_two_schedulers_do_every_duty_and_warn_once(township: World, settings: Settings):
    with work() as session:
        session.execute(update(ClockRow).values(look_at=clock.now(), due_at=clock.now() - dt.timedelta(minutes=1)))
    with program("scheduler", settings) as one, program("scheduler", settings, REDIS_URL="unix:///nowhere") as other:
        until(lambda: duties() == {duty.name for duty in cron.DUTIES})
        assert one.poll() is other.poll() is None
    with work() as session:
        assert session.scalar(select(func.sum(Duty.faults))) == 0
        told = session.execute(select(OutboxRow.notice, OutboxRow.audience).where(OutboxRow.state == "queued")).all()
    assert len(told) == len(set(told))


def duties() -> set[str]:
    """Those done at least once."""
    with work() as session:
        return set(session.scalars(select(Duty.name).where(Duty.last_run.is_not(None))))


def test_a_scheduler_killed_in_the_middle_of_a_duty_leaves_it_to_the_next(township: World, settings: Settings):
    cron.round_once()
    with work() as session:
        lost = {"next_due": clock.now(), "last_run": None, "lease": "dead", "leased_until": clock.now()}
        session.execute(update(Duty).where(Duty.name == "erase_due").values(lost))
    with program("scheduler", settings):
        until(lambda: "erase_due" in duties())
